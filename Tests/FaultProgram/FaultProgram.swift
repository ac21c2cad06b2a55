import ArgumentParser
import FoundationEssentials
import Glibc
import Supervision

/// Starts the whole system on private servers with the simulator, breaks all of it again and again, and says at the end
/// whether anything was lost or counted twice.
@main struct FaultProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault-program",
        abstract: "Breaks a running system for a while and compares its database with the simulator's world."
    )

    @Option(help: "How long things are broken, in minutes; what is under way then comes to its end undisturbed.")
    var minutes = 30.0

    @Option(help: "The number that the faults are drawn from; the same number gives the same order.")
    var seed: UInt64?

    @Option(help: "An empty directory for servers, sockets and logs.")
    var directory: String

    @Option(help: "Where the programs are.")
    var programs: String

    @Option(help: "Requests per second that the simulator allows a region.")
    var rate = 16

    func validate() throws {
        if !directory.hasPrefix("/") { throw ValidationError("--directory is an absolute path.") }
        if !(0.1...1_440).contains(minutes) { throw ValidationError("--minutes is 0.1 to 1440.") }
        if !(1...1_000).contains(rate) { throw ValidationError("--rate is 1 to 1000.") }
    }

    func run() async throws {
        let seed = self.seed ?? UInt64.random(in: 1...999_999)
        print("seed \(seed), \(minutes) minutes")
        let world = FaultWorld(minutes: minutes, seed: seed, rate: rate)
        let system = try FaultSystem(directory: directory, programs: programs, world: world)
        let verdict: Verdict
        do {
            try await system.start()
            verdict = try await breakAll(of: system, seed: seed)
        } catch {
            await system.stop()
            throw error
        }
        await system.stop()
        print(verdict.report)
        if !verdict.isGood { throw ExitCode(1) }
    }

    private func breakAll(of system: FaultSystem, seed: UInt64) async throws -> Verdict {
        let load = SyncLoad(world: system.world, gatewayPort: system.gatewayPort)
        let journal = FaultJournal()
        let watch = ProgressWatch(system: system, journal: journal)
        let end = ContinuousClock.now + .seconds(minutes * 60)
        try await withThrowingTaskGroup { group in
            group.addTask { try await load.run(until: end) }
            group.addTask { await watch.run() }
            var runner = FaultRunner(system: system, journal: journal, seed: seed)
            try await runner.run(until: end)
            print("the faults are over; what is under way comes to its end")
            try await system.mend()
            try await group.next()
            group.cancelAll()
        }
        return try await Verdict.of(system, load: load, journal: journal)
    }
}
