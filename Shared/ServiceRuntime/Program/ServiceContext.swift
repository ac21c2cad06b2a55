public import Logging

/// What a service is given to build itself from.
public struct ServiceContext: Sendable {
    /// The program, such as `match-worker`.
    public let name: String
    /// This process among those of its program on this host, such as `match-worker-2`.
    public let instance: String
    /// What is in force.
    public let settings: Settings
    /// The root logger; its lines carry service and instance.
    public let logger: Logger
    /// The level of all loggers, changeable while the process runs.
    public let logLevel: LogLevelControl
    /// The figures of this process.
    public let metrics: MetricsRegistry
    /// The dependencies of this process.
    public let health: HealthRegistry
    /// Epoch milliseconds of the start.
    public let startedAt: Int64
    let drainState: DrainState
    /// Tells of SIGHUP.
    let hangups = HangupBell()
    private let sink: LogSink?

    init(
        name: String,
        instance: String,
        settings: Settings,
        logger: Logger,
        logLevel: LogLevelControl,
        metrics: MetricsRegistry,
        drainState: DrainState,
        sink: LogSink? = nil
    ) {
        self.name = name
        self.instance = instance
        self.settings = settings
        self.logger = logger
        self.logLevel = logLevel
        self.metrics = metrics
        self.health = HealthRegistry()
        self.startedAt = EpochTime.now()
        self.drainState = drainState
        self.sink = sink
    }

    /// The process finishes what it has and takes nothing new.
    public var isDraining: Bool { drainState.isDraining }

    /// Ends the process as SIGTERM does: no new work, running work is finished, exit 0.
    public func drain() { drainState.begin() }

    /// Makes sure that no log line shows `secret` from now on.
    func mask(_ secret: Secret) { sink?.mask(secret) }

    /// Whether the dependencies answer; never ready while draining.
    public func healthReport() async -> HealthReport { await health.report(isDraining: isDraining) }

    /// The socket on which this process answers.
    public var socketPath: String { socketPath(of: instance) }

    /// The socket of another instance on this host.
    public func socketPath(of instance: String) -> String { "\(settings.runtimeDirectory)/\(instance).sock" }

    /// The name of the `number`-th instance of a program: the first one has no number.
    public static func instanceName(_ program: String, _ number: Int) -> String {
        number == 1 ? program : "\(program)-\(number)"
    }
}
