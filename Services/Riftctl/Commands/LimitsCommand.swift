import ArgumentParser
import ServiceRuntime

struct LimitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Shows the use of Riot's rate limits, what is stopped, and whether Riot accepts the key."
    )

    @Flag(help: "Go on showing them, anew every second, until Ctrl-C.")
    var watch = false

    @Flag(help: "Show endpoints too that nobody uses now.")
    var all = false

    @Flag(help: "As JSON; with --watch one line a second.")
    var json = false

    @Option(help: "The service to ask, or the path of its socket; orchestrators and workers all know the same.")
    var service = "orchestrator"

    func run() async throws {
        let limits = LimitsWatch(
            socket: ServiceSocket(service, try Settings.load(flags: [:])),
            console: .standard,
            form: json ? (watch ? .jsonLine : .json) : .bars(showsAll: all)
        )
        if watch { try await limits.untilSignalled() } else { try await limits.once() }
    }
}
