import ArgumentParser
import ServiceRuntime
import Supervision

struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Ends what `up` started, and nothing else."
    )

    func run() async throws {
        let settings = try Settings.load(flags: [:])
        let earlier = EarlierStack(runtimeDirectory: settings.runtimeDirectory, console: .standard)
        let didRun = try await earlier.end()
        Console.standard.say(didRun ? "Everything has ended." : "Nothing ran.")
    }
}
