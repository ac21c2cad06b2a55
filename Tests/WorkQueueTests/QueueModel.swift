@testable import WorkQueue

/// The queue in plain Swift: what every operation should answer and leave behind.
///
/// No Redis, no clock. Leases and delays end only when an operation says so. Lists are taken from their end.
struct QueueModel {
    enum State: String { case ready, run, delay }

    struct Job {
        var kind: String
        var payload: String
        var state = State.ready
        var token: Int64 = 0
        var attempts = 0
        var stalls = 0
        var worker: String?
        var charged: String?
        var runs: [(run: String, place: String)] = []
        var isCancelled = false
        var comesAgain = false
        var isDoomed = false
        var error: String?

        var places: [String] { runs.reduce(into: []) { if !$0.contains($1.place) { $0.append($1.place) } } }
    }

    struct Run {
        var counts: [String: Int] = [:]
        var isSealed = false
        var isCancelled = false
        var isAnnounced = false
        var items: [(id: String, mark: Character)] = []

        subscript(id: String) -> Character? {
            get { items.first { $0.id == id }?.mark }
            set {
                guard let newValue else { return }
                if let index = items.firstIndex(where: { $0.id == id }) {
                    items[index].mark = newValue
                } else {
                    items.append((id, newValue))
                }
            }
        }
    }

    struct Kind {
        var lists: [String: [String]] = [:]
        var rings: [[String]] = [[], []]
        var members: [Set<String>] = [[], []]
        var held: [String: [String]] = [:]
        var workers: Set<String> = []
        var ended: Set<String> = []
        var due: Set<String> = []
        var running: [String: Int] = [:]
        var ready = 0
        var taken = 0
        var dead: [String] = []
        var isPaused = false
    }

    var jobs: [String: Job] = [:]
    var runs: [String: Run] = [:]
    var kinds: [String: Kind] = [:]
    var letters: [String: Job] = [:]

    // MARK: Producers

    mutating func enqueue(
        _ run: String,
        _ ids: [String],
        kind: String,
        ring: Int,
        seal: Bool,
        force: Bool
    ) -> WorkQueue.Enqueued {
        var result = WorkQueue.Enqueued()
        if runs[run]?.isCancelled == true {
            return WorkQueue.Enqueued(total: runs[run]?.counts["total"] ?? 0, isCancelled: true)
        }
        for id in ids {
            let payload = "payload of \(id)"
            let came = want(run, "\(ring)\(run)", kind, id, payload, front: false, force: force)
            if came == 2 { result.new += 1 } else if came == 1 { result.joined += 1 }
        }
        if seal { runs[run, default: Run()].isSealed = true }
        check(run)
        result.total = runs[run]?.counts["total"] ?? 0
        return result
    }

    mutating func cancel(_ run: String) {
        runs[run, default: Run()].isCancelled = true
        runs[run, default: Run()].isSealed = true
        for (id, mark) in runs[run, default: Run()].items where mark == "o" {
            mark_(run, id, "c", "cancelled")
            leave(run, id)
        }
        check(run)
    }

    private mutating func leave(_ run: String, _ id: String) {
        guard var job = jobs[id], let index = job.runs.firstIndex(where: { $0.run == run }) else { return }
        let place = job.runs.remove(at: index).place
        if job.state == .ready && !job.places.contains(place) { unlist(job.kind, place, id) }
        jobs[id] = job
        guard job.runs.isEmpty else { return }
        switch job.state {
        case .run: jobs[id]?.isCancelled = true
        case .ready:
            kinds[job.kind, default: Kind()].ready -= 1
            jobs[id] = nil
        case .delay:
            kinds[job.kind, default: Kind()].due.remove(id)
            jobs[id] = nil
        }
    }

    // MARK: Workers

    mutating func claim(_ kind: String, _ worker: String, _ maximum: Int, cap: Int) -> [String] {
        if kinds[kind]?.isPaused == true { return [] }
        for id in kinds[kind, default: Kind()].due.sorted() {
            kinds[kind, default: Kind()].due.remove(id)
            makeReady(id)
        }
        var got: [String] = []
        while got.count < maximum, let (ring, tenant) = nextTenant(kind, cap: cap) {
            let place = "\(ring)\(tenant)"
            if let id = kinds[kind]?.lists[place]?.popLast(), jobs[id]?.state == .ready {
                take(id, kind, worker, place)
                got.append(id)
            }
            if kinds[kind]?.lists[place]?.isEmpty ?? true {
                kinds[kind]?.lists[place] = nil
                kinds[kind]?.members[ring].remove(tenant)
            } else {
                kinds[kind]?.rings[ring].insert(tenant, at: 0)
            }
        }
        return got
    }

    private mutating func nextTenant(_ name: String, cap: Int) -> (Int, String)? {
        var kind = kinds[name, default: Kind()]
        defer { kinds[name] = kind }
        let first = kind.taken % 5 == 4 ? 1 : 0
        var skipped: [(Int, String)] = []
        var found: (Int, String)?
        for ring in [first, 1 - first] {
            while found == nil, skipped.count < 32, let tenant = kind.rings[ring].popLast() {
                if cap > 0 && kind.running[tenant, default: 0] >= cap {
                    skipped.append((ring, tenant))
                } else {
                    found = (ring, tenant)
                }
            }
            if ring == 0, found == nil, let place = skipped.firstIndex(where: { $0.0 == 0 }) {
                found = skipped.remove(at: place)
            }
        }
        if found == nil && !skipped.isEmpty { found = skipped.removeFirst() }
        for (ring, tenant) in skipped { kind.rings[ring].insert(tenant, at: 0) }
        return found
    }

    private mutating func take(_ id: String, _ kind: String, _ worker: String, _ place: String) {
        for other in jobs[id]?.places ?? [] where other != place { unlist(kind, other, id) }
        let tenant = String(place.dropFirst())
        kinds[kind]?.ready -= 1
        kinds[kind]?.taken += 1
        kinds[kind]?.running[tenant, default: 0] += 1
        kinds[kind]?.workers.insert(worker)
        kinds[kind]?.held[worker, default: []].insert(id, at: 0)
        jobs[id]?.state = .run
        jobs[id]?.worker = worker
        jobs[id]?.charged = tenant
        jobs[id]?.attempts += 1
    }

    func isCurrent(_ claim: WorkQueue.ClaimedJob, _ worker: String) -> Bool {
        guard let job = jobs[claim.id] else { return false }
        return job.state == .run && job.token == claim.token && job.worker == worker
    }

    mutating func finish(
        _ claim: WorkQueue.ClaimedJob,
        _ worker: String,
        _ outcome: WorkQueue.Outcome
    ) -> WorkQueue.Finished {
        guard isCurrent(claim, worker), let job = jobs[claim.id] else { return .lost }
        let id = claim.id
        release(id)
        jobs[id]?.isDoomed = false
        if case .done(let followUp) = outcome {
            if let followUp {
                for (run, place) in job.runs {
                    _ = want(
                        run,
                        place,
                        followUp.kind,
                        followUp.job.id,
                        followUp.job.payload,
                        front: true,
                        force: false
                    )
                }
            }
            settle(id, "d", "done")
            jobs[id] = nil
            if job.comesAgain { announce(String(id.dropFirst(4))) }
            return .done
        }
        if job.runs.isEmpty {
            jobs[id] = nil
            return .dropped
        }
        switch outcome {
        case .snooze(let after, let reason): return delay(id, after, reason, costsAttempt: false)
        case .retry(let after, let maximum, let reason) where job.attempts < maximum && job.kind != "fin":
            return delay(id, after, reason, costsAttempt: true)
        case .retry(_, _, let reason), .failed(let reason):
            if job.kind == "fin" { return delay(id, .seconds(1), reason, costsAttempt: false) }
            bury(id, reason)
            return .dead
        case .done: return .done
        }
    }

    private mutating func delay(
        _ id: String,
        _ after: Duration,
        _ reason: String,
        costsAttempt: Bool
    ) -> WorkQueue.Finished {
        if !costsAttempt { jobs[id]?.attempts -= 1 }
        jobs[id]?.error = reason
        if after > .zero { jobs[id]?.state = .delay } else { makeReady(id) }
        return .delayed
    }

    mutating func heartbeat(
        _ kind: String,
        _ claims: [WorkQueue.ClaimedJob],
        _ worker: String
    ) -> (lost: [String], cancelled: [String]) {
        let current = claims.filter { isCurrent($0, worker) }
        for claim in current { kinds[kind]?.ended.remove(claim.id) }
        return (
            claims.filter { !isCurrent($0, worker) }.map(\.id),
            current.filter { jobs[$0.id]?.isCancelled == true }.map(\.id)
        )
    }

    // MARK: Operators

    /// How many of the switches change.
    mutating func setPauses(_ isPaused: [String: Bool]) -> Int {
        isPaused.count { kind, isPaused in
            defer { kinds[kind, default: Kind()].isPaused = isPaused }
            return kinds[kind, default: Kind()].isPaused != isPaused
        }
    }

    /// How many of the letters there were.
    mutating func forgetLetters(_ kind: String, _ ids: [String]) -> Int { ids.count { forget(kind, $0) } }

    @discardableResult
    private mutating func forget(_ kind: String, _ id: String) -> Bool {
        letters[id] = nil
        guard let index = kinds[kind]?.dead.firstIndex(of: id) else { return false }
        kinds[kind]?.dead.remove(at: index)
        return true
    }

    /// Tenants in the order of their turns, then those that only have running jobs.
    func tenants(_ name: String) -> [WorkQueue.Tenant] {
        guard let kind = kinds[name] else { return [] }
        var names: [String] = []
        for tenant in kind.rings[0].reversed() + kind.rings[1].reversed() + kind.running.keys.sorted()
        where !names.contains(tenant) { names.append(tenant) }
        return names.map { tenant in
            WorkQueue.Tenant(
                name: tenant,
                interactive: kind.lists["0\(tenant)"]?.count ?? 0,
                background: kind.lists["1\(tenant)"]?.count ?? 0,
                running: kind.running[tenant] ?? 0
            )
        }.filter { $0.interactive + $0.background + $0.running > 0 }
    }

    // MARK: Upkeep

    mutating func endLeases(_ kind: String) {
        let all = running(kind)
        kinds[kind]?.ended.formUnion(all)
    }

    mutating func endDelays(_ kind: String) {
        let delayed = jobs.filter { $0.value.kind == kind && $0.value.state == .delay }.keys
        kinds[kind]?.due.formUnion(delayed)
    }

    func running(_ kind: String) -> [String] {
        jobs.filter { $0.value.kind == kind && $0.value.state == .run }.map(\.key)
    }

    mutating func reap(_ kind: String, stalls: Int, dead: String?) -> WorkQueue.Reaped {
        var reaped = WorkQueue.Reaped()
        if let dead { kinds[kind, default: Kind()].ended.formUnion(kinds[kind]?.held[dead] ?? []) }
        for id in (kinds[kind]?.ended ?? []).sorted() {
            guard let job = jobs[id], job.state == .run else { continue }
            kinds[kind]?.ended.remove(id)
            if job.runs.isEmpty {
                release(id)
                jobs[id] = nil
                continue
            }
            jobs[id]?.stalls += 1
            if job.stalls + 1 > stalls && kind != "fin" {
                jobs[id]?.isDoomed = true
                reaped.buried.append(id)
            } else {
                release(id)
                jobs[id]?.attempts -= 1
                jobs[id]?.isDoomed = false
                if job.stalls == 0 || kind == "fin" { makeReady(id) } else { jobs[id]?.state = .delay }
                reaped.requeued += 1
            }
        }
        let holders = (kinds[kind]?.held ?? [:]).filter { !$0.value.isEmpty }.keys
        kinds[kind]?.workers = Set(holders)
        return reaped
    }

    mutating func bury(_ ids: [String]) -> Int {
        var count = 0
        for id in ids where jobs[id]?.state == .run && jobs[id]?.isDoomed == true {
            release(id)
            bury(id, "lost")
            count += 1
        }
        return count
    }

    // MARK: Parts

    private mutating func want(
        _ run: String,
        _ place: String,
        _ kind: String,
        _ id: String,
        _ payload: String,
        front: Bool,
        force: Bool
    ) -> Int {
        if let mark = runs[run, default: Run()][id] {
            if mark != "o" {
                if !force { return 0 }
                let fields: [Character: String] = ["d": "done", "f": "failed", "c": "cancelled"]
                runs[run]?.counts[fields[mark] ?? "", default: 0] -= 1
                runs[run]?.counts["open", default: 0] += 1
            }
        } else {
            runs[run, default: Run()].counts["total", default: 0] += 1
            runs[run]?.counts["open", default: 0] += 1
        }
        runs[run]?[id] = "o"
        guard let job = jobs[id] else {
            if letters[id] != nil { forget(kind, id) }
            jobs[id] = Job(kind: kind, payload: payload, runs: [(run, place)])
            kinds[kind, default: Kind()].ready += 1
            push(kind, place, id, front: front)
            return 2
        }
        let had = job.runs.first { $0.run == run }?.place
        if let had, had.prefix(1) <= place.prefix(1) { return 0 }
        if let index = job.runs.firstIndex(where: { $0.run == run }) {
            jobs[id]?.runs[index].place = place
        } else {
            jobs[id]?.runs.append((run, place))
        }
        jobs[id]?.isCancelled = false
        if job.state == .ready {
            let after = jobs[id]?.places ?? []
            for new in after where !job.places.contains(new) { push(job.kind, new, id, front: front) }
            for old in job.places where !after.contains(old) { unlist(job.kind, old, id) }
        }
        return had == nil ? 1 : 0
    }

    private mutating func push(_ kind: String, _ place: String, _ id: String, front: Bool) {
        let ring = place.hasPrefix("0") ? 0 : 1
        let tenant = String(place.dropFirst())
        if front {
            kinds[kind, default: Kind()].lists[place, default: []].append(id)
        } else {
            kinds[kind, default: Kind()].lists[place, default: []].insert(id, at: 0)
        }
        if kinds[kind]?.members[ring].insert(tenant).inserted == true {
            kinds[kind]?.rings[ring].insert(tenant, at: 0)
        }
    }

    private mutating func unlist(_ kind: String, _ place: String, _ id: String) {
        kinds[kind]?.lists[place]?.removeAll { $0 == id }
        if kinds[kind]?.lists[place]?.isEmpty == true { kinds[kind]?.lists[place] = nil }
    }

    private mutating func makeReady(_ id: String) {
        guard let job = jobs[id] else { return }
        jobs[id]?.state = .ready
        kinds[job.kind, default: Kind()].ready += 1
        for place in job.places { push(job.kind, place, id, front: true) }
    }

    private mutating func release(_ id: String) {
        guard let job = jobs[id], let worker = job.worker, let tenant = job.charged else { return }
        kinds[job.kind]?.held[worker]?.removeAll { $0 == id }
        kinds[job.kind]?.ended.remove(id)
        kinds[job.kind]?.running[tenant, default: 0] -= 1
        if kinds[job.kind]?.running[tenant] == 0 { kinds[job.kind]?.running[tenant] = nil }
    }

    private mutating func settle(_ id: String, _ mark: Character, _ field: String) {
        for (run, _) in jobs[id]?.runs ?? [] where runs[run]?[id] == "o" {
            mark_(run, id, mark, field)
            check(run)
        }
    }

    private mutating func mark_(_ run: String, _ id: String, _ mark: Character, _ field: String) {
        runs[run]?[id] = mark
        runs[run]?.counts[field, default: 0] += 1
        runs[run]?.counts["open", default: 0] -= 1
    }

    private mutating func check(_ run: String) {
        guard let state = runs[run], state.isSealed, state.counts["open", default: 0] == 0 else { return }
        runs[run]?.isAnnounced = true
        announce(run)
    }

    private mutating func announce(_ run: String) {
        let id = "fin:\(run)"
        if jobs[id] == nil {
            jobs[id] = Job(kind: "fin", payload: run, runs: [("_", "0_")])
            kinds["fin", default: Kind()].ready += 1
            push("fin", "0_", id, front: false)
        } else if jobs[id]?.state == .run {
            jobs[id]?.comesAgain = true
        }
    }

    private mutating func bury(_ id: String, _ reason: String) {
        settle(id, "f", "failed")
        guard var job = jobs.removeValue(forKey: id) else { return }
        job.error = reason
        letters[id] = job
        kinds[job.kind]?.dead.removeAll { $0 == id }
        kinds[job.kind]?.dead.insert(id, at: 0)
    }
}
