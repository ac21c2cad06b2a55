import ArgumentParser
import FoundationEssentials
import ServiceRuntime

struct DiscoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Lists the methods of a service."
    )

    @Argument(help: "A service, such as orchestrator, or the path of a socket.")
    var service: String

    @Flag(help: "The whole OpenRPC document, as JSON.")
    var json = false

    func run() async throws {
        let settings = try Settings.load(flags: [:])
        let result = try await ServiceSocket(service, settings).call(
            "rpc.discover",
            parameters: nil,
            within: .seconds(10)
        )
        if json { return Console.standard.say(JSONIndent.indented(result)) }
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(result)) else {
            throw CommandFailure(.internal, "The answer of rpc.discover cannot be understood; --json shows it.")
        }
        for method in document.methods {
            let parameters = (method.params ?? []).map { $0.required == false ? "[\($0.name)]" : $0.name }
            Console.standard.say("\(method.name)(\(parameters.joined(separator: ", ")))")
            if let summary = method.summary { Console.standard.say("    \(summary)") }
        }
    }

    private struct Document: Decodable {
        struct Method: Decodable {
            struct Parameter: Decodable {
                let name: String
                let required: Bool?
            }

            let name: String
            let summary: String?
            let params: [Parameter]?
        }

        let methods: [Method]
    }
}
