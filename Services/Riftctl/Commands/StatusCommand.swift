import ArgumentParser
import FoundationEssentials
import ServiceRuntime
import Supervision

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows what `up` started and how it is."
    )

    @Flag(help: "As JSON.")
    var json = false

    func run() async throws {
        let settings = try Settings.load(flags: [:])
        let state = try StackState.read(from: settings.runtimeDirectory)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            let report = StackReport(state, gateway: GatewayClient(settings).address)
            Console.standard.say(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            show(state, settings)
        }
    }

    private func show(_ state: StackState?, _ settings: Settings) {
        let console = Console.standard
        guard let state else {
            console.say("Nothing was started here (\(settings.runtimeDirectory)). Start it with compose/up.")
            return
        }
        let isAlive = state.supervisor?.isAlive ?? false
        switch (state.phase, isAlive) {
        case (.failed, _): console.say("It could not be started: \(state.problem ?? "no reason is known")")
        case (_, false): console.say("The `up` that ran this is gone; compose/down ends what is left, compose/up too.")
        case (.starting, true): console.say("It is being started.")
        case (.stopping, true): console.say("It is being ended.")
        case (.ready, true):
            console.say("\(state.gateway)   data: \(state.origin)   logs: \(state.dataDirectory)/logs")
        }
        for line in StatusTable(state.observed, nowMilliseconds: EpochTime.now()).lines { console.say(line) }
    }
}
