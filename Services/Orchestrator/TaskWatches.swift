import JSONRPC
import Logging
import Reactor
import ServiceLifecycle
import Storage

/// Looks at tasks for those who watch them: one look per task and interval, however many watch it.
final class TaskWatches: Service {
    /// Time between two looks at a task; a watcher is told at most four times a second.
    static let interval = Duration.milliseconds(250)
    /// Time between two looks while PostgreSQL does not answer.
    static let outageInterval = Duration.seconds(1)
    /// Watchers at once, of all tasks.
    static let maximumWatchers = 256

    /// What watchers of a task get: the newest status only, however slow they are.
    typealias Statuses = AsyncStream<StatusResult>

    private struct Watch {
        var latest: StatusResult?
        var watchers: [UInt64: Statuses.Continuation] = [:]
        var look: Task<Void, Never>?
    }

    private struct State {
        var watches: [TaskID: Watch] = [:]
        var watchers = 0
        var last: UInt64 = 0
        var isEnding = false
    }

    private let storage: Storage
    private let logger: Logger
    private let state = Lock(State())

    init(storage: Storage, logger: Logger) {
        self.storage = storage
        self.logger = logger
    }

    /// Ends all watches when the orchestrator stops, so that nobody waits for their end.
    func run() async {
        try? await gracefulShutdown()  // or cancelled, which is the same here
        let watches = state.withLock { state in
            state.isEnding = true
            return state.watches.values.map(\.self)
        }
        for watch in watches {
            watch.look?.cancel()
            for watcher in watch.watchers.values { watcher.finish() }
        }
    }

    /// The status of a task now and whenever it changes; ends behind a final one, and when the orchestrator stops.
    ///
    /// - Throws: −32003 when too many watch already, −32000 when the orchestrator stops.
    func statuses(of id: TaskID) throws(JSONRPCError) -> Statuses {
        let (statuses, watcher) = Statuses.makeStream(bufferingPolicy: .bufferingNewest(1))
        let refusal: JSONRPCError? = state.withLock { state in
            if state.isEnding { return .shuttingDown }
            guard state.watchers < Self.maximumWatchers else {
                return JSONRPCError(.overloaded, "\(Self.maximumWatchers) callers watch tasks already.")
            }
            state.last += 1
            state.watchers += 1
            let number = state.last
            state.watches[id, default: Watch()].watchers[number] = watcher
            if let latest = state.watches[id]?.latest { watcher.yield(latest) }
            if state.watches[id]?.look == nil {
                state.watches[id]?.look = Task { await self.look(at: id) }  // ended by `leave` and `run`
            }
            watcher.onTermination = { _ in self.leave(id, number) }
            return nil
        }
        if let refusal { throw refusal }
        return statuses
    }

    private func leave(_ id: TaskID, _ number: UInt64) {
        let look = state.withLock { state -> Task<Void, Never>? in
            guard state.watches[id]?.watchers.removeValue(forKey: number) != nil else { return nil }
            state.watchers -= 1
            guard state.watches[id]?.watchers.isEmpty == true else { return nil }
            return state.watches.removeValue(forKey: id)?.look
        }
        look?.cancel()
    }

    private func look(at id: TaskID) async {
        while !Task.isCancelled {
            var pause = Self.interval
            do {
                guard let status = try await storage.taskStatus(id).map(StatusResult.init) else { return end(id) }
                tell(status)
                if status.isFinal { return end(id) }
            } catch {
                if Task.isCancelled { return }
                logger.debug("a watched task cannot be seen", metadata: ["task": "\(id)", "error": "\(error)"])
                pause = Self.outageInterval
            }
            try? await Task.sleep(for: pause)
        }
    }

    private func tell(_ status: StatusResult) {
        let watchers = state.withLock { state -> [Statuses.Continuation] in
            guard let watch = state.watches[status.taskID], watch.latest != status else { return [] }
            state.watches[status.taskID]?.latest = status
            return Array(watch.watchers.values)
        }
        for watcher in watchers { watcher.yield(status) }
    }

    private func end(_ id: TaskID) {
        let watch = state.withLock { state -> Watch? in
            state.watchers -= state.watches[id]?.watchers.count ?? 0
            return state.watches.removeValue(forKey: id)
        }
        for watcher in watch?.watchers.values ?? [:].values { watcher.finish() }
    }
}
