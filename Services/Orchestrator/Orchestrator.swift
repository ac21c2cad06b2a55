import ArgumentParser
import ServiceRuntime

/// Owns the tasks: starts them, finds the player, lists his matches, fills the queue and ends what is settled.
@main
struct Orchestrator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orchestrator",
        abstract: "Starts, drives and finishes syncs.",
        discussion:
            "Answers sync.start, sync.status, sync.list, player.lookup, queue.stats and sync_player_data on its socket."
    )

    @OptionGroup var options: ServiceOptions

    func run() async throws {
        await ServiceProgram.run(name: "orchestrator", options: options) { context in
            try await OrchestratorBuild(context: context).services()
        }
    }
}
