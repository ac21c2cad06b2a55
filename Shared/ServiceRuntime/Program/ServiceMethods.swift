public import JSONRPC
import Logging

/// Adds what every service answers on its socket: `service.ping`, `info`, `health`, `drain`, `log_level`, `metrics`.
public func addServiceMethods(to table: inout MethodTable, context: ServiceContext) {
    table.add("service.ping", summary: "Answers at once.", parameters: []) { (_: NoParameters, _) in
        Pong(instance: context.instance)
    }
    table.add(
        "service.health",
        summary: "Whether the dependencies answer, with the reason for each.",
        parameters: []
    ) { (_: NoParameters, _) in
        await context.healthReport()
    }
    table.add(
        "service.drain",
        summary: "Takes nothing new, ends what runs, and then the process, as SIGTERM does.",
        parameters: []
    ) { (_: NoParameters, _) in
        context.logger.notice("stopping", metadata: ["reason": "service.drain"])
        context.drain()
        return Draining()
    }
    table.add(
        "service.log_level",
        summary: "Tells the level that is logged, or sets it.",
        parameters: [
            ParameterDescription(
                "level",
                type: .string,
                required: false,
                summary: "trace, debug, info, notice, warning, error or critical."
            )
        ]
    ) { (parameters: LogLevelParameters, _) in
        if let text = parameters.level {
            guard let level = Logger.Level(rawValue: text.lowercased()) else {
                let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                throw JSONRPCError.invalidParameters("level: \(text.prefix(32)) is none of \(known)")
            }
            context.logLevel.level = level
            context.logger.notice("log level changed", metadata: ["level": "\(level)"])
        }
        return LogLevelParameters(level: context.logLevel.level.rawValue)
    }
    table.add("service.metrics", summary: "The figures of this process.", parameters: []) { (_: NoParameters, _) in
        ServiceMetrics(context)
    }
    table.add("service.info", summary: "Who this is, since when, its limits and its state.", parameters: []) {
        (_: NoParameters, _) in await ServiceInformation.of(context)
    }
}

private struct Pong: Codable, Sendable {
    var pong = true
    let instance: String
}

private struct Draining: Codable, Sendable {
    var draining = true
}

private struct LogLevelParameters: Codable, Sendable {
    let level: String?
}
