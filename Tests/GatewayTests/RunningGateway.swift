import Foundation
import JSONRPC
import Logging
import Postgres
import RiotModels
import ServiceLifecycle
import Storage

@testable import ServiceRuntime
@testable import gateway

/// A whole gateway on a free port, with a database of its own and, where asked for, an orchestrator's socket.
struct RunningGateway: Sendable {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let port: Int
    let context: ServiceContext
    let storage: Storage

    /// Starts a gateway against `databaseURL` in a runtime directory of its own, and stops it after `body`.
    static func with(
        databaseURL: String,
        orchestrator: (@Sendable (Storage) -> MethodTable)? = nil,
        socket: Int32? = nil,
        eventTiming: EventTiming = EventTiming(),
        maximumEventStreams: Int = 8,
        _ body: @Sendable (RunningGateway) async throws -> Void
    ) async throws {
        let directory = "/tmp/rg-\(UUID().uuidString.prefix(8))"
        try RuntimeDirectory.prepare(directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let context = try makeContext(databaseURL: databaseURL, directory: directory)
        let storage = Storage(
            pool: PostgresPool(
                configuration: try PostgresConfiguration(url: databaseURL, applicationName: "test"),
                logger: logger
            ),
            keyScope: "default",
            logger: logger
        )
        let (ports, told) = AsyncStream<Int>.makeStream()
        var services = try await GatewayBuild(
            context: context,
            socket: socket,
            eventTiming: eventTiming,
            maximumEventStreams: maximumEventStreams,
            onListening: { told.yield($0) }
        ).services()
        if let orchestrator {
            let server = JSONRPCServer(
                socketPath: context.socketPath(of: "orchestrator"),
                dispatcher: JSONRPCDispatcher(orchestrator(storage), logger: logger),
                logger: logger
            )
            services.insert(server, at: 0)
        }
        let group = ServiceGroup(services: services, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                try await body(RunningGateway(port: port, context: context, storage: storage))
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await storage.pool.close()
    }

    /// A task that waits.
    func startTask(_ name: String) async throws -> TaskID {
        try await storage.startTask(
            try RiotID(gameName: name, tagLine: "NA1"),
            platform: .na1,
            year: 2025,
            recovery: false,
            at: EpochTime.now()
        ).task.id
    }

    private static func makeContext(databaseURL: String, directory: String) throws -> ServiceContext {
        let settings = try Settings.load(
            flags: [.databaseURL: databaseURL, .runtimeDirectory: directory, .gatewayPort: "0"],
            environment: [:],
            file: nil,
            host: HostFacts(userID: 1, isErrorTerminal: false, nowMilliseconds: EpochTime.now())
        )
        return ServiceContext(
            name: "gateway",
            instance: "gateway",
            settings: settings,
            logger: logger,
            logLevel: LogLevelControl(.info),
            metrics: MetricsRegistry(),
            drainState: DrainState()
        )
    }

    /// The orchestrator's side of a start: the real tasks of a real database.
    static func startingOrchestrator(_ storage: Storage) -> MethodTable {
        var table = MethodTable(service: "orchestrator", version: "test")
        table.add("service.ping", summary: "Answers.", parameters: []) { (_: NoParameters, _) in ["pong": true] }
        table.add("service.metrics", summary: "Figures.", parameters: []) { (_: NoParameters, _) in
            JSONText(
                trusted: Array(
                    #"""
                    {"service":"orchestrator","instance":"orchestrator","metrics":{"families":[{"name":"jobs_total",
                    "kind":"counter","series":[{"labels":[],"value":3}]}]}}
                    """#.utf8.filter { $0 != 0x0A }
                )
            )
        }
        table.add(
            "sync.start",
            summary: "Starts.",
            parameters: [
                ParameterDescription("game_name", type: .string, summary: "Name."),
                ParameterDescription("tag_line", type: .string, summary: "Tag."),
                ParameterDescription("platform", type: .string, summary: "Platform."),
                ParameterDescription("year", type: .integer, summary: "Year."),
                ParameterDescription("recovery", type: .boolean, summary: "Recovery."),
            ]
        ) { (parameters: StartCall, _) in
            if parameters.gameName == "Refused" { throw JSONRPCError.invalidParameters("the name is refused") }
            if parameters.gameName == "Down" { throw JSONRPCError(.dependencyDown, "PostgreSQL does not answer") }
            let player = try RiotID(gameName: parameters.gameName, tagLine: parameters.tagLine)
            guard let platform = Platform(rawValue: parameters.platform) else {
                throw JSONRPCError.invalidParameters("platform")
            }
            let started = try await storage.startTask(
                player,
                platform: platform,
                year: parameters.year,
                recovery: parameters.recovery,
                at: EpochTime.now()
            )
            return started.answer
        }
        table.add(
            "sync.retry",
            summary: "Starts again.",
            parameters: [ParameterDescription("task_id", type: .string, summary: "Task.")]
        ) { (parameters: TaskCall, _) in
            guard let task = try await storage.task(parameters.id) else { throw JSONRPCError.notFound("there is none") }
            let player = try RiotID(gameName: task.gameName, tagLine: task.tagLine)
            return try await storage.startTask(
                player,
                platform: task.platform,
                year: task.year,
                recovery: true,
                at: EpochTime.now()
            ).answer
        }
        table.add(
            "sync.cancel",
            summary: "Cancels.",
            parameters: [
                ParameterDescription("task_id", type: .string, summary: "Task."),
                ParameterDescription("reason", type: .string, required: false, summary: "Why."),
            ]
        ) { (parameters: TaskCall, _) in
            guard try await storage.cancelTask(parameters.id, reason: parameters.reason) != nil else {
                throw JSONRPCError.notFound("there is no task \(parameters.id)")
            }
            return ["cancelled": true]
        }
        table.add(
            "player.lookup",
            summary: "Looks up.",
            parameters: [
                ParameterDescription("game_name", type: .string, summary: "Name."),
                ParameterDescription("tag_line", type: .string, summary: "Tag."),
                ParameterDescription("platform", type: .string, summary: "Platform."),
            ]
        ) { (parameters: LookupCall, _) in
            let down: (String, String)? =
                switch parameters.gameName {
                case "Database": ("postgresql", "PostgreSQL does not answer: FATAL: secret")
                case "Key": ("riot-key", "Riot refuses the API key (403).")
                case "Quota": ("riot", "The quota of na1 is used up. The wait was too long.")
                default: nil
                }
            if let down { throw JSONRPCError(.dependencyDown, down.1, data: ["dependency": down.0]) }
            if parameters.gameName == "Nobody" { throw JSONRPCError.notFound("There is no player Nobody#NA1 at Riot.") }
            if parameters.gameName == "Refused" { throw JSONRPCError.invalidParameters("the name is refused") }
            return parameters
        }
        return table
    }

    private struct TaskCall: Codable, Sendable {
        let id: TaskID
        let reason: String?

        enum CodingKeys: String, CodingKey {
            case id = "task_id"
            case reason
        }
    }

    private struct LookupCall: Codable, Sendable {
        let gameName: String
        let tagLine: String
        let platform: String

        enum CodingKeys: String, CodingKey {
            case gameName = "game_name"
            case tagLine = "tag_line"
            case platform
        }
    }

    private struct StartCall: Codable, Sendable {
        let gameName: String
        let tagLine: String
        let platform: String
        let year: Int
        let recovery: Bool

        enum CodingKeys: String, CodingKey {
            case gameName = "game_name"
            case tagLine = "tag_line"
            case platform, year, recovery
        }
    }
}

extension StartedTask {
    /// What an orchestrator answers.
    fileprivate var answer: StartedSync {
        StartedSync(
            taskID: task.id,
            deduplicated: isDeduplicated,
            platform: task.platform.rawValue,
            routing: task.platform.matchRoute.rawValue,
            year: task.year,
            summoner: task.summonerName,
            recovery: task.recovery
        )
    }
}
