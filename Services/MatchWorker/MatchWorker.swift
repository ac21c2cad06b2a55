import ArgumentParser
import ServiceRuntime
import Storage
import SyncJobs

/// Fetches match bodies and stores them.
@main
struct MatchWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match-worker",
        abstract: "Fetches matches from the Riot Games API into PostgreSQL.",
        discussion: "Takes sync_match_data jobs from the Redis lists and answers the same request on its Unix socket."
    )

    @OptionGroup var options: ServiceOptions

    func run() async throws {
        await ServiceProgram.run(name: "match-worker", options: options) { context in
            try await FetchWorker(kind: .match, context: context).services()
        }
    }
}
