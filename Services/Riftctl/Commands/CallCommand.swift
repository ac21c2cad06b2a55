import ArgumentParser
import ServiceRuntime

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Calls a method of a service over its Unix socket and prints the result.",
        discussion: """
            Parameters are one JSON object or array, or key=value pairs whose values are JSON or else text:

            riftctl call match-worker sync_match_data match_id=NA1_5012345678
            riftctl call orchestrator sync.start '{"game_name": "Demo", "tag_line": "NA1", "platform": "na1", "year": 2025}'
            """
    )

    @Argument(help: "A service, such as match-worker-2, or the path of a socket.")
    var service: String

    @Argument(help: "The method; `riftctl discover SERVICE` lists them.")
    var method: String

    @Argument(help: "The parameters.")
    var parameters: [String] = []

    @Option(help: "Seconds to wait for the answer.")
    var timeout = 60

    @Flag(help: "Print the answer as it came, on one line.")
    var raw = false

    func run() async throws {
        let settings = try Settings.load(flags: [:])
        let socket = ServiceSocket(service, settings)
        let text = try CallParameters.json(parameters)
        let result = try await socket.call(method, parameters: text, within: .seconds(timeout))
        Console.standard.say(raw ? String(decoding: result, as: UTF8.self) : JSONIndent.indented(result))
    }
}
