import JSONRPC
import Logging
import Reactor
import RiotModels
import ServiceLifecycle
import Storage
import SyncJobs
import WorkQueue

/// Knows the workers of this host by the calls that they hold open, and gives back at once what one held whose call
/// broke: its process has ended.
///
/// Leases cover everything else: workers of other hosts, and a worker that ends while no orchestrator runs.
struct WorkerRegistry: Service {
    /// Bytes of a worker's name.
    static let nameBytes = 512

    private struct State {
        /// The newest registration of each worker, and the way to end its wait.
        var workers: [String: (number: UInt64, end: AsyncStream<Void>.Continuation)] = [:]
        var last: UInt64 = 0
        var isEnding = false
    }

    let reconciler: Reconciler
    let logger: Logger
    private let state = Lock(State())

    init(reconciler: Reconciler, logger: Logger) {
        self.reconciler = reconciler
        self.logger = logger
    }

    /// Ends all calls when the orchestrator stops, so that their ends are not taken for deaths.
    func run() async {
        try? await gracefulShutdown()  // or cancelled, which is the same here
        let ends = state.withLock { state in
            state.isEnding = true
            return state.workers.values.map(\.end)
        }
        for end in ends { end.finish() }
    }

    /// Holds the call until the worker's connection ends, it is time to renew it, or this orchestrator stops.
    ///
    /// The answer asks the worker to register again, here or with whoever runs next.
    func register(_ parameters: WorkerRegistrationParameters) async throws -> WorkerRegistrationResult {
        guard let kind = FetchKind(rawValue: parameters.kind) else {
            let kinds = FetchKind.allCases.map(\.rawValue).joined(separator: " or ")
            throw JSONRPCError.invalidParameters("kind: \(kinds) is expected")
        }
        guard (1...Self.nameBytes).contains(parameters.worker.utf8.count) else {
            throw JSONRPCError.invalidParameters("worker: a name of 1 to \(Self.nameBytes) bytes is expected")
        }
        let (ended, end) = AsyncStream<Void>.makeStream()
        let number = state.withLock { state in
            state.last += 1
            if state.isEnding { end.finish() } else { state.workers[parameters.worker] = (state.last, end) }
            return state.last
        }
        logger.debug("a worker is there", metadata: ["worker": "\(parameters.worker)"])
        let timer = Task {  // ended below
            try await Task.sleep(for: WorkerRegistrationParameters.renewal)
            end.finish()
        }
        for await _ in ended {}
        timer.cancel()
        let isNewest = state.withLock { state in
            guard state.workers[parameters.worker]?.number == number else { return false }
            state.workers[parameters.worker] = nil
            return !state.isEnding
        }
        if Task.isCancelled, isNewest {
            await Task { await self.giveBack(parameters, kind) }.value  // shielded: nobody waits for the answer
        }
        return WorkerRegistrationResult(again: true)
    }

    private func giveBack(_ parameters: WorkerRegistrationParameters, _ kind: FetchKind) async {
        let dead = WorkQueue.DeadWorker.process(parameters.process, of: parameters.worker)
        do {
            try await withThrowingDiscardingTaskGroup { group in
                for lane in RegionalRoute.allCases {
                    group.addTask {
                        try await reconciler.reap(lane: lane.rawValue, kind: JobKind(kind), deadWorker: dead)
                    }
                }
            }
        } catch {
            logger.warning(
                "the jobs of a worker that ended come back with their leases only",
                metadata: ["worker": "\(parameters.worker)", "error": "\(error)"]
            )
        }
    }
}
