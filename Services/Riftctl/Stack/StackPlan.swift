import FoundationEssentials
import JSONRPC
import ServiceRuntime
import Supervision

/// Everything that `up` starts, and with what: decided before anything is done.
struct StackPlan: Sendable {
    /// The order of ending, the highest first.
    ///
    /// Intake ends before those who work it off, the servers last.
    enum Stage: Int { case servers, simulator, orchestrator, workers, intake }

    /// One process with how one knows that it is ready.
    struct Part: Sendable {
        let specification: ProcessSpecification
        let readiness: Readiness
        let stage: Stage
        /// It gets the socket on which HTTP listens.
        var isGateway = false
    }

    /// The port that the simulator takes when it is free.
    static let simulatorPort = 18_080
    /// Matches of the simulated player.
    static let simulatedMatches = 100
    /// A limit that shows the limiter at work and does not make anybody wait for minutes.
    static let simulatedLimit = "500:10,30000:600"

    let settings: Settings
    let order: StackOrder
    let world: SimulatedWorldName?
    let gateway: GatewayClient
    let logDirectory: String
    let redis: PrivateRedis?
    let postgres: PrivatePostgres?
    let databaseURL: String?
    let simulator: Part?
    /// What the services get to see.
    let environment: [String: String]
    private let programs: String

    /// Decides; finds free ports and installed servers, and changes nothing.
    ///
    /// - Parameter programs: The directory of the services' executables.
    init(
        settings: Settings,
        order: StackOrder,
        environment: [String: String],
        programs: String
    ) throws {
        self.settings = settings
        self.order = order
        self.programs = programs
        let source = try DataSource(settings)
        let world = source == .simulator ? SimulatedWorldName(order, year: settings.defaultMatchYear) : nil
        self.world = world
        logDirectory = settings.dataDirectory + "/logs"
        let gatewayPort =
            settings.gatewayPort == 0 ? try TCPPort.free(preferring: 0) : settings.gatewayPort
        gateway = GatewayClient(host: settings.gatewayHost, port: gatewayPort)

        redis =
            settings.redisURL == nil
            ? try PrivateRedis(
                directory: settings.dataDirectory + "/redis" + (world?.suffix ?? ""),
                logFile: logDirectory + "/redis.log",
                environment: environment
            ) : nil
        postgres =
            settings.hasDatabase
            ? nil
            : try PrivatePostgres(
                directory: settings.dataDirectory + "/postgres",
                logFile: logDirectory + "/postgres.log",
                environment: environment
            )
        databaseURL =
            postgres?.url(database: "riftsync" + (world?.suffix ?? "")) ?? settings.databaseURL?.reveal()

        var passed = environment
        passed["RUNTIME_DIR"] = settings.runtimeDirectory
        passed["GATEWAY_HOST"] = settings.gatewayHost
        passed["GATEWAY_PORT"] = String(gatewayPort)
        if let redis { passed["REDIS_URL"] = redis.url }
        if let postgres { passed["DATABASE_URL"] = postgres.url(database: "riftsync" + (world?.suffix ?? "")) }
        var simulator: Part?
        if let world {
            let port = try TCPPort.free(preferring: Self.simulatorPort)
            passed["RIOT_API_BASE_URL"] = "http://127.0.0.1:\(port)/{route}"
            if redis == nil, environment["REDIS_PREFIX"] == nil {
                passed["REDIS_PREFIX"] = "riftsync\(world.suffix.replacing("_", with: "-")):"
            }
            simulator = Self.simulator(world, port: port, programs: programs, logs: logDirectory)
        }
        if settings.riotAPIKey == nil { passed["RIOT_API_KEY"] = "RGAPI-simulated" }
        // A crash tells where; what it may not tell, the services see to themselves.
        if passed["SWIFT_BACKTRACE"] == nil { passed["SWIFT_BACKTRACE"] = "enable=yes" }
        self.simulator = simulator
        self.environment = passed
        try requireShortPaths()
    }

    private func requireShortPaths() throws(CommandFailure) {
        for socket in services.compactMap(\.specification.socket) where socket.utf8.count > JSONRPCLimits.pathBytes {
            throw CommandFailure(
                .configuration,
                "\(socket) has \(socket.utf8.count) bytes; a socket's path has at most \(JSONRPCLimits.pathBytes). "
                    + "Choose a shorter RUNTIME_DIR."
            )
        }
    }

    /// Where the data come from, in words.
    var origin: String { world == nil && settings.riotAPIKey != nil ? "riot" : "simulated" }

    /// The services in the order of starting.
    var services: [Part] {
        [service("orchestrator", .orchestrator, environment)]
            + instances("match-worker", settings.matchWorkers)
            + instances("timeline-worker", settings.timelineWorkers)
            + [service("beat", .intake, keylessEnvironment), gatewayPart]
    }

    /// What those get to see who send nothing to Riot.
    private var keylessEnvironment: [String: String] {
        environment.filter { ![SettingName.riotAPIKey.rawValue, SettingName.riotAPIKeyFile.rawValue].contains($0.key) }
    }

    private func instances(_ name: String, _ count: Int) -> [Part] {
        (0..<count).map { service(name, .workers, environment, number: $0 + 1) }
    }

    private func service(
        _ name: String,
        _ stage: Stage,
        _ environment: [String: String],
        number: Int = 1
    ) -> Part {
        let instance = ServiceContext.instanceName(name, number)
        let socket = "\(settings.runtimeDirectory)/\(instance).sock"
        var specification = ProcessSpecification(
            name: name,
            instance: instance,
            executable: "\(programs)/\(name)",
            arguments: number == 1 ? [] : ["--instance", String(number)],
            environment: environment,
            logFile: "\(logDirectory)/\(instance).log"
        )
        specification.socket = socket
        return Part(specification: specification, readiness: .rpc(socket: socket), stage: stage)
    }

    private var gatewayPart: Part {
        let part = service("gateway", .intake, keylessEnvironment)
        var specification = part.specification
        specification.port = environment["GATEWAY_PORT"].flatMap { Int($0) }
        return Part(specification: specification, readiness: gateway.readiness, stage: .intake, isGateway: true)
    }

    private static func simulator(_ world: SimulatedWorldName, port: Int, programs: String, logs: String) -> Part {
        var specification = ProcessSpecification(
            name: "riot-simulator",
            executable: "\(programs)/riot-simulator",
            arguments: [
                "--port", String(port), "--player", world.player, "--platform", world.platform, "--year",
                String(world.year), "--matches", String(simulatedMatches), "--app-limit", simulatedLimit,
            ],
            environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"],
            logFile: "\(logs)/riot-simulator.log"
        )
        specification.port = port
        return Part(
            specification: specification,
            readiness: .http(.tcp(host: "127.0.0.1", port: port), path: "/_sim/limits"),
            stage: .simulator
        )
    }
}

/// Whom the services ask for players and matches.
enum DataSource: Equatable {
    case riot
    case simulator
    /// A simulator that somebody else runs on this machine.
    case foreignSimulator

    init(_ settings: Settings) throws(CommandFailure) {
        let host = settings.riotBaseURL.split(separator: "/").dropFirst().first ?? ""
        let isLoopback = ["127.", "localhost", "[::1]"].contains { host.hasPrefix($0) }
        if isLoopback {
            self = .foreignSimulator
        } else if settings.riotAPIKey != nil {
            self = .riot
        } else if host.hasSuffix(".api.riotgames.com") {
            self = .simulator
        } else {
            throw CommandFailure(
                .configuration,
                "RIOT_API_BASE_URL is \(settings.riotBaseURL), which needs a key; set RIOT_API_KEY or RIOT_API_KEY_FILE."
            )
        }
    }
}

/// Which made-up world a simulator draws.
///
/// Another player makes another world, in which the same match id is another match; so each has a database of its own.
struct SimulatedWorldName: Sendable, Equatable {
    let player: String
    let platform: String
    let year: Int
    /// What is appended to the names of databases and directories.
    let suffix: String

    init(_ order: StackOrder, year defaultYear: Int) {
        player = order.player ?? StackOrder.demoPlayer
        platform = order.platform ?? StackOrder.demoPlatform
        year = order.year ?? defaultYear
        let isUsual =
            player == StackOrder.demoPlayer && platform == StackOrder.demoPlatform && year == defaultYear
        suffix = isUsual ? "_sim" : "_sim_" + Self.fingerprint("\(player)|\(platform)|\(year)")
    }

    /// FNV-1a, 32 bits, in letters and digits; only has to tell a handful of worlds apart.
    private static func fingerprint(_ text: String) -> String {
        var hash: UInt32 = 2_166_136_261
        for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return String(hash, radix: 36)
    }
}
