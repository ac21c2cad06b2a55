import ArgumentParser
import ServiceRuntime

/// Starts what is due by the schedule, one beat at a time.
@main
struct Beat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "beat",
        abstract: "Runs the schedule.",
        discussion: "Answers schedule.list, run, pause and resume on its Unix socket; one of all beats leads."
    )

    @OptionGroup var options: ServiceOptions

    func run() async throws {
        await ServiceProgram.run(name: "beat", options: options) { context in
            try await BeatBuild(context: context).services()
        }
    }
}
