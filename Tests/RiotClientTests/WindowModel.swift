/// What is known of the window of one length that Riot has open, as `prelude.lua` and `settle.lua` reckon.
struct WindowModel {
    static let lifetime: Int64 = 20_000_000
    private static let surelyArrived: Int64 = 3_000_000
    private static let sharedMemory: Int64 = 60_000_000
    private static let expectedAnswer: Int64 = 100_000
    private static let soonAnswered: Int64 = 2_000_000

    var limit: Int
    let length: Int64
    var start: Int64?
    var low: Int64?
    var high: Int64?
    var floor: Int64?
    var sure = 0
    var seen = 0
    var seenGranted: Int64 = 0
    var seenTold: Int64 = 0
    var sharedUntil: Int64 = 0
    var guarded = 0
    var over = 0
    var expired = 0
    /// Requests of other programs that were seen in this window, the one before and the one before that.
    var others = 0
    var othersBefore = 0
    var othersEarlier = 0
    /// Latest arrival of those that are not known to be in a window that is over.
    var loose: [String: Int64] = [:]
    /// Those of `loose` that were answered.
    var answered: Set<String> = []

    /// A window whose limit has just been learned: nothing is known of the time before.
    init(limit: Int, length: Int64, open: [String: Int64]) {
        self.limit = limit
        self.length = length
        start = 0
        loose = open
    }

    var rate: Double { Double(limit) / Double(length) }
    var text: String { "\(limit):\(length / 1_000_000)" }
    private var margin: Int64 { 10_000 + length / 2000 }
    private func isShared(_ now: Int64) -> Bool { now < sharedUntil }

    // MARK: time

    mutating func advance(to now: Int64) {
        if let high, now >= high + length + margin { close(earliest: low.map { $0 + length }, at: now) }
        for (permit, latest) in loose where latest <= now - length - margin {
            drop(permit)
            if start != nil { expired += 1 }
        }
    }

    private mutating func drop(_ permit: String) {
        loose[permit] = nil
        answered.remove(permit)
    }

    private mutating func close(earliest: Int64?, at now: Int64) {
        if isShared(now) {
            if over == 0, length > 5_000_000 { guarded = max(limit / 16, guarded - 1) }
        } else {
            guarded = 0
            let unheard = loose.filter { !answered.contains($0.key) && $0.value - Self.lifetime < seenTold }.keys
            if seen - sure - answered.count - expired >= unheard.count { unheard.forEach { loose[$0] = nil } }
        }
        if let earliest { for (permit, latest) in loose where latest < earliest { drop(permit) } }
        let isCertain = earliest != nil && !isShared(now) && loose.isEmpty
        floor = isCertain ? nil : earliest ?? 0
        (start, low, high) = (nil, nil, nil)
        (sure, seen, seenGranted, seenTold, over, expired) = (0, 0, 0, 0, 0, 0)
        (othersEarlier, othersBefore, others) = (othersBefore, others, 0)
    }

    // MARK: slots

    func used(at now: Int64) -> Int {
        let ours = sure + loose.count
        guard seen > 0 else { return ours }
        if isShared(now) {
            return seen + loose.values.filter { $0 >= seenGranted + Self.lifetime - Self.surelyArrived }.count
        }
        let told = seen + loose.values.filter { $0 >= seenGranted }.count
        return start == 0 ? told : min(ours, told)
    }

    private func leftToOthers(_ now: Int64) -> Int {
        guard isShared(now) else { return 0 }
        let underWay = loose.values.filter { $0 > now + Self.lifetime - Self.soonAnswered }.count
        if length > 5_000_000, others >= max(othersBefore, othersEarlier), underWay < 3 { return 0 }
        return guarded
    }

    private func ending(_ now: Int64) -> Int64 {
        var at = high.map { $0 + length + margin } ?? .max
        if let first = loose.values.min() { at = min(at, first + length + margin) }
        if high == nil { at = min(at, max((low ?? now) + length + margin, now + Self.expectedAnswer)) }
        return at
    }

    /// Nil when a request may go now.
    func notBefore(_ now: Int64, isInteractive: Bool, slowest: Double) -> Int64? {
        let free = limit - used(at: now)
        let own = isInteractive ? 0 : limit / 20
        let kept = leftToOthers(now)
        let isBinding = Double(limit - max(own, kept)) / Double(length) < slowest
        let melting = Double(length) * 0.75
        var leave = max(own, kept)
        if isBinding {
            let left = max(0, melting - Double(now - (start ?? now)))
            leave = max(kept, Int((Double(own) * left / melting).rounded(.up)))
        }
        guard free <= leave else { return nil }
        var at = Double(ending(now))
        if free > kept, isBinding, own > 0 {
            let melted = Double(start ?? now) + melting - Double(free - 1) * melting / Double(own)
            at = min(at, max(Double(now + 1), melted))
        }
        if free > 0, isShared(now) { at = min(at, Double(now + Self.expectedAnswer)) }
        return Int64(at.rounded(.up))
    }

    mutating func grant(_ permit: String, at now: Int64) {
        if start == nil {
            start = now
            low = floor.map { max($0, now - length - margin) } ?? now
        }
        loose[permit] = now + Self.lifetime
    }

    mutating func giveBack(_ permit: String) {
        drop(permit)
        if loose.isEmpty, sure == 0, seen == 0, high == nil { (start, low) = (nil, nil) }
    }

    // MARK: answers

    /// Where another program has a part, the time of the grant is still needed.
    mutating func lose(_ permit: String, latest: Int64, at now: Int64) {
        if loose[permit] != nil, now >= sharedUntil { loose[permit] = latest }
    }

    /// `told` is when the answer came, `now` when it is told.
    mutating func answer(_ permit: String, granted: Int64, count: Int?, told: Int64, at now: Int64) {
        let isIn = start.map { granted >= $0 } ?? false
        var isNewer = false
        if isIn {
            high = min(high ?? told, told)
            if let count { isNewer = believe(count, permit, granted: granted, told: told, at: now) }
        }
        guard loose[permit] != nil else { return }
        let place = isNewer ? .here : place(isIn: isIn, count: count, told: told, at: now)
        drop(permit)
        switch place {
        case .here: sure += 1
        case .over: break
        case .unknown:
            loose[permit] = told
            answered.insert(permit)
        }
    }

    private enum Place { case here, over, unknown }

    private func place(isIn: Bool, count: Int?, told: Int64, at now: Int64) -> Place {
        guard let count else { return .unknown }
        guard isIn else { return !isShared(now) && count > sure + loose.count + expired ? .over : .unknown }
        guard let low else { return .unknown }
        if told < low + length { return .here }
        return !isShared(now) && count > loose.values.filter { $0 >= low + length }.count ? .here : .unknown
    }

    /// True when the count is one of a newer window.
    private mutating func believe(_ count: Int, _ permit: String, granted: Int64, told: Int64, at now: Int64) -> Bool {
        if seen > 0, count * 2 <= seen, granted >= seenTold {
            var earliest = seenGranted
            if let low, low + length <= told { earliest = max(earliest, low + length) }
            close(earliest: earliest, at: now)
            floor = nil
            (start, low, high) = (now, earliest, told)
            (seen, seenGranted, seenTold) = (count, granted, told)
            return true
        }
        noticeOthers(count, permit, at: now)
        if count == 1, seen == 0 || low.map({ told < $0 + length }) ?? false { low = max(low ?? granted, granted) }
        if count > seen { (seen, seenGranted, seenTold) = (count, granted, told) }
        return false
    }

    private mutating func noticeOthers(_ count: Int, _ permit: String, at now: Int64) {
        let ours = sure + loose.count + expired + (loose[permit] == nil ? 1 : 0)
        let isOver = count - limit > over
        if start != 0 { others = max(others, count - ours) }
        let areSeen = start != 0 && count > ours
        guard areSeen || isOver else { return }
        if areSeen { guarded = max(guarded, min(limit / 16, count - ours)) }
        if isOver {
            guarded = min(limit / 2, guarded + count - limit - over)
            over = count - limit
        }
        sharedUntil = now + Self.sharedMemory + 2 * length
    }

    mutating func beShared(at now: Int64) {
        sharedUntil = now + Self.sharedMemory + 2 * length
        guarded = max(guarded, limit / 16)
    }
}
