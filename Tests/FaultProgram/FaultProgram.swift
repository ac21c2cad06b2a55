import ArgumentParser

/// Starts the whole system on private servers with the simulator and breaks it, in one of several ways.
@main struct FaultProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault-program",
        abstract: "Breaks a running system and compares its database with the simulator's world.",
        subcommands: [BreakCommand.self, KillsCommand.self, RedisCommand.self],
        defaultSubcommand: BreakCommand.self
    )
}

/// Where a system lives, and what its world is drawn from.
struct FaultOptions: ParsableArguments {
    @Option(help: "An empty directory for servers, sockets and logs.")
    var directory: String

    @Option(help: "Where the programs are.")
    var programs: String

    @Option(help: "The number that faults and players are drawn from; the same number gives the same order.")
    var seed: UInt64 = .random(in: 1...999_999)

    func validate() throws {
        if !directory.hasPrefix("/") { throw ValidationError("--directory is an absolute path.") }
    }

    /// Runs `body` in a system with such a world, and stops it whatever happens.
    func withSystem(_ world: FaultWorld, _ body: (FaultSystem) async throws -> Verdict) async throws {
        let system = try FaultSystem(directory: directory, programs: programs, world: world)
        let verdict: Verdict
        do {
            try await system.start()
            verdict = try await body(system)
        } catch {
            await system.stop()
            throw error
        }
        await system.stop()
        print(verdict.report)
        if !verdict.isGood { throw ExitCode(1) }
    }
}
