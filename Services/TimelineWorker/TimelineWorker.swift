import ArgumentParser
import ServiceRuntime
import Storage
import SyncJobs

/// Fetches timelines and stores them.
@main
struct TimelineWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline-worker",
        abstract: "Fetches timelines of matches from the Riot Games API into PostgreSQL.",
        discussion:
            "Takes sync_match_timeline jobs from the Redis lists and answers the same request on its Unix socket."
    )

    @OptionGroup var options: ServiceOptions

    func run() async throws {
        await ServiceProgram.run(name: "timeline-worker", options: options) { context in
            try await FetchWorker(kind: .timeline, context: context).services()
        }
    }
}
