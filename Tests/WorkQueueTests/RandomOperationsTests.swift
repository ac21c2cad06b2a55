import Redis
import TestSupport
import Testing

@testable import WorkQueue

/// Random operations on a real Redis beside the model: every answer and every key must agree.
@Suite(.timeLimit(.minutes(2)))
struct RandomOperationsTests {
    @Test(arguments: 1...10)
    func everyAnswerAndEveryKeyAgreeWithTheModel(seed: UInt64) async throws {
        try await withQueue { corner in
            var player = RandomPlayer(corner, seed: seed)
            for step in 0..<1_000 {
                try await player.step()
                guard step % 25 == 24 else { continue }
                try await player.compare("seed \(seed), step \(step)")
                if player.hasFailed { return }
            }
            try await player.settleEverything()
            try await player.compare("seed \(seed), at the end")
        }
    }
}

/// One random walk.
struct RandomPlayer {
    private static let kinds = ["match", "timeline", "fin"]
    private static let workers = ["w0", "w1", "w2", "w3"]

    private let corner: QueueCorner
    private var random: SeededGenerator
    private var model = QueueModel()
    private var claims: [(job: WorkQueue.ClaimedJob, worker: String)] = []
    private var doomed: [String] = []
    private var lastRun = 5
    private(set) var hasFailed = false

    init(_ corner: QueueCorner, seed: UInt64) {
        self.corner = corner
        self.random = SeededGenerator(seed: seed)
    }

    mutating func step() async throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<22: try await enqueue()
        case 22..<52: try await claim()
        case 52..<80: try await finish()
        case 80..<85: try await heartbeat()
        case 85..<89: try await reap()
        case 89..<92: try await endDelays()
        case 92..<95: try await reopen()
        case 95: try await bury()
        case 96: try await lookAtTenants()
        case 97: try await Bool.random(using: &random) ? pause() : forgetLetters()
        case 98: try await cancel()
        default: try await forget()
        }
    }

    // MARK: Operations

    private mutating func enqueue() async throws {
        let (run, kind, ids) = (
            someRun(), Bool.random(using: &random) ? "match" : "timeline", Int.random(in: 1...5, using: &random)
        )
        let jobs = (0..<ids).map { _ in someJob(kind) }
        let ring: WorkQueue.Ring = Int.random(in: 0..<4, using: &random) == 0 ? .background : .interactive
        let seal = Int.random(in: 0..<4, using: &random) == 0
        let real = try await corner.enqueue(run, jobs, kind: kind, ring: ring, seal: seal)
        agree(real, model.enqueue(run, jobs, kind: kind, ring: ring.rawValue, seal: seal, force: false), "enqueue")
    }

    private mutating func reopen() async throws {
        let run = someRun()
        let jobs = (0..<3).map { _ in someJob("match") }
        let real = try await corner.reopen(run, jobs)
        agree(real, model.enqueue(run, jobs, kind: "match", ring: 0, seal: true, force: true), "reopen")
    }

    private mutating func claim() async throws {
        let (kind, worker) = (someKind(), someWorker())
        let maximum = Int.random(in: 1...4, using: &random)
        let cap = Int.random(in: 0...2, using: &random)
        let real = try await corner.claim(worker, maximum, kind: kind, cap: cap)
        agree(real.map(\.id), model.claim(kind, worker, maximum, cap: cap), "claim")
        for job in real {
            let last = claims.map(\.job.token).max() ?? 0
            #expect(job.token > last)
            model.jobs[job.id]?.token = job.token
            agree(job.attempt, model.jobs[job.id]?.attempts ?? -1, "attempt")
            agree(job.stalls, model.jobs[job.id]?.stalls ?? -1, "stalls")
            claims.append((job, worker))
        }
        // Old claims are kept for a while, so that they are finished late and twice.
        if claims.count > 60 { claims.removeFirst(claims.count - 60) }
    }

    private mutating func finish() async throws {
        guard let index = claims.indices.randomElement(using: &random) else { return }
        let (job, holder) = claims[index]
        let worker = Int.random(in: 0..<12, using: &random) == 0 ? someWorker() : holder
        let outcome = someOutcome(job)
        let real = try await corner.finish(job, worker, outcome)
        agree(real, model.finish(job, worker, outcome), "finish \(outcome)")
    }

    private mutating func heartbeat() async throws {
        let (kind, worker) = (someKind(), someWorker())
        let mine = claims.filter { $0.worker == worker && $0.job.kind == kind }.map(\.job).suffix(8)
        let real = try await corner.queue.heartbeat(
            lane: corner.lane,
            kind: kind,
            worker: worker,
            jobs: Array(mine),
            lease: .seconds(3_600)
        )
        let expected = model.heartbeat(kind, Array(mine), worker)
        agree(real.lost, expected.lost, "lost")
        agree(real.cancelled, expected.cancelled, "cancelled")
    }

    private mutating func reap() async throws {
        let kind = someKind()
        let dead = Bool.random(using: &random) ? someWorker() : nil
        let stalls = Int.random(in: 0...3, using: &random)
        if dead == nil {
            try await corner.endLeases(kind: kind)
            model.endLeases(kind)
        }
        let real = try await corner.reap(dead, kind: kind, stalls: stalls)
        agree(real, model.reap(kind, stalls: stalls, dead: dead), "reap")
        doomed += real.buried
    }

    private mutating func bury() async throws {
        let ids = Array(doomed.suffix(4))
        for kind in Self.kinds {
            let mine = ids.filter { model.jobs[$0]?.kind == kind }
            let real = try await corner.queue.bury(lane: corner.lane, kind: kind, ids: mine, reason: "lost")
            agree(real, model.bury(mine), "bury")
        }
    }

    private mutating func endDelays() async throws {
        let kind = someKind()
        try await corner.endDelays(kind: kind)
        model.endDelays(kind)
    }

    private mutating func cancel() async throws {
        let run = someRun()
        try await corner.queue.cancelRun(lane: corner.lane, run: run)
        model.cancel(run)
        lastRun += 1
    }

    /// A kind is paused in one of four cases, so that it does not rest for most of the walk.
    private mutating func pause() async throws {
        let switches = Dictionary(
            uniqueKeysWithValues: Self.kinds.map { ($0, Int.random(in: 0..<4, using: &random) == 0) }
        )
        let real = try await corner.queue.setPauses(lane: corner.lane, switches)
        agree(real, model.setPauses(switches), "pauses")
    }

    private mutating func forgetLetters() async throws {
        let kind = Bool.random(using: &random) ? "match" : "timeline"
        let ids = Array(Set((0..<6).map { _ in someJob(kind) }))
        let real = try await corner.queue.forgetLetters(lane: corner.lane, kind: kind, ids: ids)
        agree(real, model.forgetLetters(kind, ids), "letters")
    }

    /// How long a job waits is left out, and so is the order of those that only have running jobs.
    private mutating func lookAtTenants() async throws {
        let kind = someKind()
        let (real, total) = try await corner.queue.tenants(lane: corner.lane, kind: kind, limit: 100)
        let expected = model.tenants(kind)
        agree(total, expected.count, "tenants")
        agree(Self.split(real), Self.split(expected), "tenants")
    }

    private static func split(_ tenants: [WorkQueue.Tenant]) -> [[WorkQueue.Tenant]] {
        let timeless = tenants.map { tenant in
            var tenant = tenant
            tenant.oldest = nil
            return tenant
        }
        return [
            timeless.filter { $0.interactive + $0.background > 0 },
            timeless.filter { $0.interactive + $0.background == 0 }.sorted { $0.name < $1.name },
        ]
    }

    /// Now and then Redis loses everything.
    private mutating func forget() async throws {
        guard Int.random(in: 0..<5, using: &random) == 0 else { return }
        try await corner.redis.removeKeys()
        model = QueueModel()
    }

    /// Everything that waits is done, whoever has to do it: what was wanted must end, and leave nothing behind.
    mutating func settleEverything() async throws {
        let switches = Dictionary(uniqueKeysWithValues: Self.kinds.map { ($0, false) })
        agree(try await corner.queue.setPauses(lane: corner.lane, switches), model.setPauses(switches), "last resume")
        for worker in Self.workers {
            for kind in Self.kinds {
                agree(
                    try await corner.reap(worker, kind: kind, stalls: 1_000),
                    model.reap(kind, stalls: 1_000, dead: worker),
                    "last reap"
                )
            }
        }
        var rest = 5_000
        while !model.jobs.isEmpty, rest > 0 {
            for kind in Self.kinds {
                rest -= 1
                try await corner.endDelays(kind: kind)
                model.endDelays(kind)
                let jobs = try await corner.claim("last", 4, kind: kind)
                agree(jobs.map(\.id), model.claim(kind, "last", 4, cap: 0), "last claim")
                for job in jobs {
                    model.jobs[job.id]?.token = job.token
                    let outcome = WorkQueue.Outcome.done(followUp: nil)
                    agree(
                        try await corner.finish(job, "last", outcome),
                        model.finish(job, "last", outcome),
                        "last finish"
                    )
                }
            }
        }
        #expect(model.jobs.isEmpty)
        for (id, run) in model.runs {
            #expect(run.counts["open", default: 0] == 0, "run \(id)")
            let ends = ["done", "failed", "cancelled"].map { run.counts[$0, default: 0] }.reduce(0, +)
            #expect(ends == run.counts["total", default: 0], "run \(id)")
            #expect(!run.isSealed || run.isAnnounced)
        }
        for kind in Self.kinds {
            let depth = try await corner.depth(kind)
            #expect(depth.waiting == 0 && depth.running == 0 && depth.delayed == 0)
        }
    }

    // MARK: Checks

    private mutating func agree<Value: Equatable>(_ real: Value, _ expected: Value, _ what: String) {
        if real != expected { hasFailed = true }
        #expect(real == expected, "\(what)")
    }

    mutating func compare(_ when: String) async throws {
        let real = try await QueueSnapshot(of: corner)
        let expected = QueueSnapshot(of: model)
        let difference = real.difference(from: expected)
        if !difference.isEmpty { hasFailed = true }
        #expect(difference.isEmpty, "\(when): \(difference.joined(separator: "\n"))")
        checkInvariants(when)
    }

    /// What must hold whatever the operations were, said without the model's ways.
    private func checkInvariants(_ when: String) {
        for (id, job) in model.jobs {
            guard let kind = model.kinds[job.kind] else { continue }
            let listed = kind.lists.filter { $0.value.contains(id) }.map(\.key)
            let held = kind.held.filter { $0.value.contains(id) }.map(\.key)
            switch job.state {
            case .ready: #expect(Set(listed) == Set(job.places) && held.isEmpty && !listed.isEmpty, "\(when): \(id)")
            case .run: #expect(listed.isEmpty && held == [job.worker ?? ""], "\(when): \(id)")
            case .delay: #expect(listed.isEmpty && held.isEmpty, "\(when): \(id)")
            }
        }
        for (name, kind) in model.kinds {
            for (place, ids) in kind.lists {
                #expect(Set(ids).count == ids.count, "\(when): doubled in \(place)")
                #expect(
                    kind.rings[place.hasPrefix("0") ? 0 : 1].contains(String(place.dropFirst())),
                    "\(when): \(place)"
                )
            }
            #expect(kind.rings.allSatisfy { Set($0).count == $0.count }, "\(when): \(name)")
            #expect(kind.ready == model.jobs.values.count { $0.kind == name && $0.state == .ready }, "\(when): \(name)")
            #expect(kind.running.values.reduce(0, +) == model.running(name).count, "\(when): \(name)")
        }
        for (id, run) in model.runs {
            #expect(run.counts["open", default: 0] == run.items.count { $0.mark == "o" }, "\(when): run \(id)")
            #expect(run.counts["total", default: 0] == run.items.count, "\(when): run \(id)")
            for (item, mark) in run.items where mark == "o" {
                #expect(model.jobs[item]?.runs.contains { $0.run == id } == true, "\(when): \(item) of \(id)")
            }
        }
    }

    // MARK: Choices

    private mutating func someKind() -> String { Self.kinds.randomElement(using: &random) ?? "match" }
    private mutating func someWorker() -> String { Self.workers.randomElement(using: &random) ?? "w0" }
    private mutating func someRun() -> String { "r\(Int.random(in: (lastRun - 5)...lastRun, using: &random))" }
    private mutating func someJob(_ kind: String) -> String { "\(kind):\(Int.random(in: 0..<30, using: &random))" }

    private mutating func someOutcome(_ job: WorkQueue.ClaimedJob) -> WorkQueue.Outcome {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .retry(after: .seconds(3_600), maximumAttempts: 2, reason: "500")
        case 1: return .snooze(after: .zero, reason: "redis")
        case 2: return .snooze(after: .seconds(3_600), reason: "429")
        case 3 where job.kind != "fin": return .failed(reason: "404")  // a failed hint would come back by the clock
        default:
            guard job.kind == "match", Int.random(in: 0..<3, using: &random) > 0 else { return .done(followUp: nil) }
            let id = "timeline:\(job.id.dropFirst(6))"
            return .done(followUp: .init(kind: "timeline", job: .init(id: id, payload: "payload of \(id)")))
        }
    }
}
