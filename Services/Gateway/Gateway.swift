import ArgumentParser
import ServiceRuntime

/// Speaks HTTP: starts syncs, tells how far they are, shows health and figures.
@main
struct Gateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Serves the HTTP API.",
        discussion: """
            POST /api/summoners/sync-data/ starts a sync, GET /api/summoners/task-status/?task_id=… tells how far it is; \
            /livez, /readyz and /metrics are for whoever supervises it.
            """
    )

    @OptionGroup var options: ServiceOptions

    @Option(help: "The address on which HTTP listens (GATEWAY_HOST).")
    var host: String?

    @Option(help: "The port on which HTTP listens; 0 takes a free one (GATEWAY_PORT).")
    var port: Int?

    func run() async throws {
        var flags: [SettingName: String] = [:]
        flags[.gatewayHost] = host
        flags[.gatewayPort] = port.map(String.init)
        await ServiceProgram.run(name: "gateway", options: options, flags: flags) { context in
            try await GatewayBuild(context: context, socket: HandedSocket.take()).services()
        }
    }
}
