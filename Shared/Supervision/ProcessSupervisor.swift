import Glibc
public import Logging
import Reactor

/// The processes of one stack: started one after another, started again when they die, ended in reverse order.
public actor ProcessSupervisor {
    /// How large a log may grow before its older part is moved aside.
    public static let logLimit = 16 << 20

    private let logger: Logger
    private let onChange: @Sendable ([ProcessStatus]) async -> Void
    private var processes: [SupervisedProcess] = []
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
    public func start(
        _ specification: ProcessSpecification,
        readiness: Readiness,
        within patience: Duration = .seconds(30),
        backOff: BackOff = BackOff()
    ) async throws(SupervisionError) {
        guard !isStopping else { throw SupervisionError(.cancelled, "The stack is being stopped.") }
        guard processes.allSatisfy({ $0.specification.instance != specification.instance }) else {
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
        processes.append(process)
        try await process.startAndWaitUntilReady()
    }

    /// Ends everything: the last started first, or all at once when `abruptly`.
    ///
    /// Goes through even when the calling task is cancelled. A second, abrupt call overtakes a running orderly one.
    public func stopAll(abruptly: Bool = false) async {
        isStopping = true
        let processes = processes
        await Task {
            if abruptly {
                await withDiscardingTaskGroup { group in
                    for process in processes { group.addTask { await process.stop(abruptly: true) } }
                }
            } else {
                for process in processes.reversed() { await process.stop(abruptly: false) }
            }
        }.value
    }

    /// All processes in the order of starting.
    public func status() async -> [ProcessStatus] {
        var statuses: [ProcessStatus] = []
        for process in processes { statuses.append(await process.status()) }
        return statuses
    }

    /// Keeps the logs within `logLimit` until the calling task is cancelled.
    public func keepLogsSmall(every pause: Duration = .seconds(10)) async {
        let keeper = LogKeeper()
        while (try? await Task.sleep(for: pause)) != nil {
            await keeper.trim(processes.map { LogFile(path: $0.specification.logFile) }, limit: Self.logLimit)
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
