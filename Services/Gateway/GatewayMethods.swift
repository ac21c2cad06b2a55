import JSONRPC
import ServiceRuntime

/// The gateway's methods on its own socket.
enum GatewayMethods {
    static func table(_ context: ServiceContext, _ statistics: HTTPStatistics) -> MethodTable {
        var table = MethodTable(service: context.name, version: Release.version)
        addServiceMethods(to: &table, context: context)
        table.add(
            "http.stats",
            summary: "Requests answered and under way, connections, syncs started.",
            parameters: []
        ) { (_: NoParameters, _) in statistics.figures }
        return table
    }
}
