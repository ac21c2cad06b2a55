import ArgumentParser
import ServiceRuntime

struct CleanupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup",
        abstract: "Removes old data through an orchestrator, or counts it, and shows how much of each class.",
        discussion: """
            Without --class the rules of CLEANUP_CLASSES hold, as for beat. A rule is a class and an age in days, or a \
            date: tasks:30, failed-tasks:90, names:180, forgotten:60, timelines:0, games:2021-01-01. Ages go by when a \
            thing happened, never by when it was stored. Ctrl-C ends it after the present batch; what is left is \
            removed by the next run.
            """
    )

    @Flag(help: "Only count.")
    var dryRun = false

    @Option(name: .customLong("class"), help: "A rule, instead of those that are set; may be given several times.")
    var classes: [String] = []

    @Flag(help: "Show the newest run, which may go on now, and start none.")
    var status = false

    @Flag(help: "As JSON.")
    var json = false

    @Option(help: "The service to ask, or the path of its socket.")
    var service = "orchestrator"

    @Option(help: "Seconds that it may take.")
    var timeout = 3_600

    func validate() throws {
        if status, dryRun || !classes.isEmpty { throw ValidationError("--status starts nothing: leave the rest out.") }
        if timeout < 60 { throw ValidationError("--timeout: at least 60 seconds.") }
    }

    func run() async throws {
        let watch = CleanupWatch(
            socket: ServiceSocket(service, try Settings.load(flags: [:])),
            console: .standard,
            isJSON: json
        )
        if status {
            try await watch.showNewest()
        } else {
            try await watch.run(dryRun: dryRun, classes: classes, within: .seconds(timeout))
        }
    }
}
