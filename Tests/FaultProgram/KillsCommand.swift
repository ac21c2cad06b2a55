import ArgumentParser
import Glibc
import Supervision

/// How soon the jobs of a killed worker are another's.
struct KillsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kills",
        abstract: "Kills one match worker after the other and measures how soon its jobs are claimed by others."
    )

    /// What architecture.md promises of one host, in milliseconds.
    private static let promised: Int64 = 100

    @OptionGroup var options: FaultOptions

    @Option(help: "How many workers are killed.")
    var times = 100

    func validate() throws {
        if !(1...10_000).contains(times) { throw ValidationError("--times is 1 to 10000.") }
    }

    func run() async throws {
        // Fewer matches than slots, so that somebody always has room for what the killed one held.
        var world = FaultWorld(players: times, seed: options.seed, rate: 1_000)
        world.matches = 24
        world.shared = 0
        world.latency = "1000-1000"
        try await options.withSystem(world) { try await killAll(of: $0) }
    }

    private func killAll(of system: FaultSystem) async throws -> Verdict {
        let frontend = Frontend(world: system.world, gatewayPort: system.gatewayPort)
        var delays: [Int64] = []
        var jobs: [ClaimAgain] = []
        var complaints: [String] = []
        for player in 0..<times {
            try await system.startWhoDiedByThemselves()
            let task = try await frontend.start(player)
            let waited = try await killOne(of: system, FaultSystem.services["match-worker"] ?? [])
            if let first = waited.map(\.delay).min() { delays.append(first) }
            jobs += waited
            let end = try await untilFinal(task, frontend)
            if end.status != "SUCCESS" || end.new != system.world.matches { complaints.append("\(task): \(end)") }
        }
        var report = [
            "\(times) kills with \(jobs.count) jobs under way",
            "from the kill to the claim of its first job by another worker: \(Milliseconds(delays))",
            "to the claim of each of its jobs: \(Milliseconds(jobs.map(\.delay)))",
        ]
        complaints += jobs.filter { $0.delay > Self.promised }.map(\.description)
        if jobs.isEmpty { complaints.append("nobody held a job") }
        let stored = try await Stored.compared(system, players: Set(0..<times))
        report.append(stored.line)
        complaints += stored.complaints
        return Verdict(report: (report + complaints).joined(separator: "\n"), isGood: complaints.isEmpty)
    }

    /// Kills the worker that holds most and waits until each of its jobs is another's.
    private func killOne(of system: FaultSystem, _ instances: [String]) async throws -> [ClaimAgain] {
        try await poll("the matches run") { await system.jobsUnderWay() ?? 0 >= system.world.matches }
        var held: [(instance: String, jobs: [String])] = []
        for instance in instances { held.append((instance, try await system.heldMatches(of: instance))) }
        guard let victim = held.max(by: { $0.jobs.count < $1.jobs.count }), !victim.jobs.isEmpty else {
            throw FaultFailure("nobody holds a match")
        }
        let killed = Self.now()
        await system.processes[victim.instance]?.signal(SIGKILL)
        var waited: [ClaimAgain] = []
        for job in victim.jobs {
            try await poll("\(job) is claimed by another worker") {
                // It may have ended between the look and the kill, and then nobody claims it.
                guard let holder = try await system.holder(ofJob: job) else { return try await system.isOver(job) }
                guard !holder.worker.hasSuffix("/" + victim.instance) else { return false }
                waited.append(ClaimAgain(job: job, worker: holder.worker, killed: killed, claimed: holder.since))
                return true
            }
        }
        await system.processes[victim.instance]?.kill()
        try await system.start(victim.instance)
        return waited
    }

    private func untilFinal(_ task: String, _ frontend: Frontend) async throws -> Frontend.TaskAnswer {
        var answer = try await frontend.status(of: task)
        try await poll("\(task) ends") {
            answer = try await frontend.status(of: task)
            return answer.isFinal
        }
        return answer
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// A job of a killed worker that another worker holds now; times are epoch milliseconds.
private struct ClaimAgain: CustomStringConvertible {
    let job: String
    let worker: String
    let killed: Int64
    let claimed: Int64

    var delay: Int64 { claimed - killed }
    var description: String { "\(job), killed at \(killed), was claimed after \(delay) ms by \(worker)" }
}

/// Looks again and again, for a minute at most.
func poll(_ what: String, _ isTrue: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while try await !isTrue() {
        guard .now < deadline else { throw FaultFailure("still not after a minute: \(what)") }
        try await Task.sleep(for: .milliseconds(2))  // the interval of a look from outside
    }
}

/// Quantiles of some milliseconds.
struct Milliseconds: CustomStringConvertible {
    private let sorted: [Int64]

    init(_ values: [Int64]) { sorted = values.sorted() }

    var description: String {
        guard let last = sorted.last else { return "none" }
        func quantile(_ share: Double) -> Int64 { sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] }
        return "p50 \(quantile(0.5)) ms, p99 \(quantile(0.99)) ms, longest \(last) ms"
    }
}
