import ArgumentParser
import Glibc

/// Everything is broken again and again for a while.
struct BreakCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "break",
        abstract: "Breaks one thing after the other, drawn from a seed, and says whether anything was lost."
    )

    @OptionGroup var options: FaultOptions

    @Option(help: "How long things are broken, in minutes; what is under way then comes to its end undisturbed.")
    var minutes = 30.0

    @Option(help: "Requests per second that the simulator allows a region.")
    var rate = 16

    func validate() throws {
        if !(0.1...1_440).contains(minutes) { throw ValidationError("--minutes is 0.1 to 1440.") }
        if !(1...1_000).contains(rate) { throw ValidationError("--rate is 1 to 1000.") }
    }

    func run() async throws {
        print("seed \(options.seed), \(minutes) minutes")
        fflush(nil)
        let world = FaultWorld(minutes: minutes, seed: options.seed, rate: rate)
        try await options.withSystem(world) { try await breakAll(of: $0) }
    }

    private func breakAll(of system: FaultSystem) async throws -> Verdict {
        let load = SyncLoad(world: system.world, gatewayPort: system.gatewayPort)
        let journal = FaultJournal()
        let watch = ProgressWatch(system: system, journal: journal)
        let end = ContinuousClock.now + .seconds(minutes * 60)
        try await withThrowingTaskGroup { group in
            group.addTask { try await load.run(until: end) }
            group.addTask { await watch.run() }
            var runner = FaultRunner(system: system, journal: journal, seed: options.seed)
            try await runner.run(until: end)
            print("the faults are over; what is under way comes to its end")
            fflush(nil)
            try await system.mend()
            try await group.next()
            group.cancelAll()
        }
        return try await Verdict.of(system, load: load, journal: journal)
    }
}
