import Glibc
public import Logging
import Reactor

/// The processes of one stack: started, started again when they die, and ended in stages.
public actor ProcessSupervisor {
    /// How large a log may grow before its older part is moved aside.
    public static let logLimit = 16 << 20

    private let logger: Logger
    private let onChange: @Sendable ([ProcessStatus]) async -> Void
    private var processes: [(process: SupervisedProcess, stage: Int)] = []
    private var isStopping = false
    private var isReporting = false
    private var hasChanged = false

    /// Creates a supervisor of nothing.
    ///
    /// - Parameter onChange: Gets all statuses, in the order of starting, whenever one of them changed.
    public init(logger: Logger, onChange: @escaping @Sendable ([ProcessStatus]) async -> Void = { _ in }) {
        self.logger = logger
        self.onChange = onChange
    }

    /// Starts a process and returns when it has answered for the first time; from then on it is started again whenever
    /// it dies.
    ///
    /// A process that fails here stays supervised until `stopAll`, so that nothing is forgotten.
    ///
    /// - Parameter stage: Processes of the highest stage are ended first, those of one stage together.
    public func start(
        _ specification: ProcessSpecification,
        readiness: Readiness,
        stage: Int = 0,
        within patience: Duration = .seconds(30),
        backOff: BackOff = BackOff()
    ) async throws(SupervisionError) {
        guard !isStopping else { throw SupervisionError(.cancelled, "The stack is being stopped.") }
        guard processes.allSatisfy({ $0.process.specification.instance != specification.instance }) else {
            throw SupervisionError(.inUse, "\(specification.instance) is supervised already.")
        }
        let process = SupervisedProcess(
            specification,
            readiness: readiness,
            readyPatience: patience,
            backOff: backOff,
            logger: logger,
            onChange: { await self.report() }
        )
        processes.append((process, stage))
        try await process.startAndWaitUntilReady()
    }

    /// Ends everything: stage after stage from the highest, or all at once when `abruptly`.
    ///
    /// Goes through even when the calling task is cancelled. A second, abrupt call overtakes a running orderly one.
    public func stopAll(abruptly: Bool = false) async {
        isStopping = true
        let stages = Set(processes.map { abruptly ? 0 : $0.stage }).sorted(by: >)
        await Task {
            for stage in stages {
                let members = self.processes.filter { abruptly || $0.stage == stage }.map(\.process)
                await withDiscardingTaskGroup { group in
                    for member in members { group.addTask { await member.stop(abruptly: abruptly) } }
                }
            }
        }.value
    }

    /// All processes in the order of starting.
    public func status() async -> [ProcessStatus] {
        var statuses: [ProcessStatus] = []
        for (process, _) in processes { statuses.append(await process.status()) }
        return statuses
    }

    /// Keeps the logs within `logLimit` until the calling task is cancelled.
    public func keepLogsSmall(every pause: Duration = .seconds(10)) async {
        let keeper = LogKeeper()
        while (try? await Task.sleep(for: pause)) != nil {
            await keeper.trim(processes.map { LogFile(path: $0.process.specification.logFile) }, limit: Self.logLimit)
        }
    }

    /// Hands all statuses on, one report at a time, so that the last report is always the newest.
    private func report() async {
        hasChanged = true
        guard !isReporting else { return }
        isReporting = true
        defer { isReporting = false }
        while hasChanged {
            hasChanged = false
            await onChange(await status())
        }
    }
}

/// Trims logs on a thread of its own, because copying a file blocks.
private actor LogKeeper {
    private static let thread = IOReactor(name: "log-keeper")
    nonisolated var unownedExecutor: UnownedSerialExecutor { Self.thread.asUnownedSerialExecutor() }

    func trim(_ logs: [LogFile], limit: Int) {
        for log in logs { log.trim(limit: limit) }
    }
}
