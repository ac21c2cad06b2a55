/// The limiter as pure functions on a clock that is handed in, in microseconds.
///
/// It is what the scripts decide, written a second time from the rules in `prelude.lua`.
struct LimiterModel {
    /// What `acquire` decides.
    enum Decision: Equatable {
        case go
        case wait(microseconds: Int64, reason: String, detail: String)
    }

    /// The limit headers of one answer for one bucket; counts by seconds.
    struct Answer {
        var limits: [(count: Int, seconds: Int64)]?
        var counts: [Int64: Int] = [:]
    }

    /// One application or method limit.
    struct Bucket {
        var windows: [WindowModel]?
        var limitsAt: Int64 = -1
        var open: [String: Int64] = [:]
        var probe: (permit: String, until: Int64)?
        var blocked: (until: Int64, type: String)?
        var strikes = 0
    }

    private static let probePatience: Int64 = 50_000
    private static let lateArrival: Int64 = 1_000_000

    var buckets: [String: Bucket] = [:]

    /// `names` are the application's bucket and the method's.
    mutating func acquire(_ permit: String, _ names: [String], isInteractive: Bool, at now: Int64) -> Decision {
        var ready = (at: now, reason: "", detail: "")
        func hold(_ at: Int64, _ reason: String, _ detail: String) {
            if at > ready.at { ready = (at, reason, detail) }
        }
        var probedUntil: Int64?
        for (index, name) in names.enumerated() {
            var bucket = buckets[name] ?? Bucket()
            bucket.open = bucket.open.filter { $0.value >= now }
            if let blocked = bucket.blocked { hold(blocked.until, "blocked", blocked.type) }
            if var windows = bucket.windows {
                let slowest = windows.map(\.rate).min() ?? .infinity
                for position in windows.indices {
                    windows[position].advance(to: now)
                    let wait = windows[position].notBefore(now, isInteractive: isInteractive, slowest: slowest)
                    if let wait { hold(wait, index == 0 ? "application" : "method", windows[position].text) }
                }
                bucket.windows = windows
            } else if let probe = bucket.probe, now < probe.until {
                probedUntil = probe.until
            }
            buckets[name] = bucket
        }
        if !ready.reason.isEmpty {
            return .wait(microseconds: ready.at - now, reason: ready.reason, detail: ready.detail)
        }
        if let probedUntil {
            return .wait(microseconds: min(probedUntil - now, Self.probePatience), reason: "probing", detail: "")
        }
        for name in names {
            var bucket = buckets[name] ?? Bucket()
            bucket.open[permit] = now + WindowModel.lifetime
            if bucket.windows == nil { bucket.probe = (permit, now + WindowModel.lifetime) }
            bucket.windows = bucket.windows?.map { window in
                var window = window
                window.grant(permit, at: now)
                return window
            }
            buckets[name] = bucket
        }
        return .go
    }

    /// A request's answer, which came so long before it is told, or with nil that it will not come.
    mutating func settle(
        _ permit: String,
        granted: Int64,
        _ answers: [(name: String, answer: Answer?)],
        age: Int64 = 0,
        at now: Int64
    ) {
        let told = max(granted, now - age)
        for (name, answer) in answers {
            var bucket = buckets[name] ?? Bucket()
            bucket.open = bucket.open.filter { $0.value >= now }
            if let probe = bucket.probe, probe.permit == permit {
                bucket.probe = answer == nil ? (permit, min(probe.until, now + Self.lateArrival)) : nil
            }
            if answer != nil { bucket.strikes = 0 }
            if let answer {
                bucket.learn(answer, granted: granted)
                bucket.open[permit] = nil
            } else if bucket.open[permit] != nil {
                bucket.open[permit] = now + Self.lateArrival
            }
            for index in (bucket.windows ?? []).indices {
                bucket.windows?[index].advance(to: now)
                if let answer {
                    let seconds = (bucket.windows?[index].length ?? 0) / 1_000_000
                    bucket.windows?[index].answer(
                        permit,
                        granted: granted,
                        count: answer.counts[seconds],
                        told: told,
                        at: now
                    )
                } else {
                    bucket.windows?[index].lose(permit, latest: now + Self.lateArrival, at: now)
                }
            }
            bucket.share(at: now)
            buckets[name] = bucket
        }
    }

    /// The process that was granted these is gone.
    mutating func giveUp(_ permits: [String], _ names: [String], at now: Int64) {
        for name in names {
            guard var bucket = buckets[name] else { continue }
            bucket.open = bucket.open.filter { $0.value >= now }
            if let probe = bucket.probe, permits.contains(probe.permit) {
                bucket.probe?.until = min(probe.until, now + Self.lateArrival)
            }
            for index in (bucket.windows ?? []).indices { bucket.windows?[index].advance(to: now) }
            for permit in permits {
                guard let deadline = bucket.open[permit] else { continue }
                let latest = min(deadline, now + Self.lateArrival)
                bucket.open[permit] = latest
                for index in (bucket.windows ?? []).indices {
                    bucket.windows?[index].lose(permit, latest: latest, at: now)
                }
            }
            buckets[name] = bucket
        }
    }

    mutating func giveBack(_ permit: String, _ names: [String], at now: Int64) {
        for name in names {
            guard var bucket = buckets[name] else { continue }
            bucket.open = bucket.open.filter { $0.value >= now && $0.key != permit }
            if bucket.probe?.permit == permit { bucket.probe = nil }
            for index in (bucket.windows ?? []).indices { bucket.windows?[index].giveBack(permit) }
            buckets[name] = bucket
        }
    }

    /// A 429 with a time; later ones only move it later.
    mutating func block(_ name: String, type: String, pause: Int64, at now: Int64) {
        buckets[name, default: Bucket()].strikes += 1
        let until = now + pause
        if until > buckets[name]?.blocked?.until ?? 0 { buckets[name]?.blocked = (until, type) }
    }
}

extension LimiterModel.Bucket {
    /// Takes over limits that a newer request than the last one brought.
    fileprivate mutating func learn(_ answer: LimiterModel.Answer, granted: Int64) {
        guard let limits = answer.limits, granted >= limitsAt else { return }
        limitsAt = granted
        windows = limits.map { limit in
            let length = limit.seconds * 1_000_000
            if var known = windows?.first(where: { $0.length == length }) {
                known.limit = limit.count
                return known
            }
            return WindowModel(limit: limit.count, length: length, open: open)
        }
    }

    /// Where one window is shared with another program, all are.
    fileprivate mutating func share(at now: Int64) {
        guard let windows, windows.contains(where: { now < $0.sharedUntil }) else { return }
        for index in windows.indices where now >= windows[index].sharedUntil {
            self.windows?[index].beShared(at: now)
        }
    }
}
