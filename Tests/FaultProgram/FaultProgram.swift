import ArgumentParser
import UnixSignals

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

    /// Runs `body` in a system with such a world, and stops it whatever happens, a signal too.
    func withSystem(
        _ world: FaultWorld,
        _ body: @escaping @Sendable (FaultSystem) async throws -> Verdict
    ) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let system = try FaultSystem(directory: directory, programs: programs, world: world)
        let result = await withTaskGroup(of: Result<Verdict, any Error>.self) { group in
            group.addTask {
                do {
                    try await system.start()
                    let verdict = try await body(system)
                    await system.noteDeaths()
                    return .success(verdict)
                } catch {
                    if !Task.isCancelled { await system.noteDeaths() }
                    return .failure(error)
                }
            }
            group.addTask {
                for await signal in signals { return .failure(FaultFailure("ended by \(signal)")) }
                return .failure(CancellationError())
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(CancellationError())
        }
        await system.stop()
        for death in system.deaths { print(death) }
        let verdict = try result.get()
        print(verdict.report)
        if !verdict.isGood || !system.deaths.isEmpty { throw ExitCode(1) }
    }
}
