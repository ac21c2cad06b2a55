import JSONRPC
import Logging
import Reactor
import Storage

/// Times of event streams.
struct EventTiming: Sendable {
    /// A comment is sent after so long without an event, so that proxies keep the connection and dead ones are noticed.
    var keepAlive = Duration.seconds(15)
    /// A watched task is read so often even if no orchestrator tells of it.
    var look = Duration.seconds(5)
    /// Pause before an orchestrator that could not be asked is asked again.
    var pause = Duration.milliseconds(500)
}

/// The tasks that event streams follow: each is watched and read once, however many streams follow it, and only the
/// newest reading is kept.
///
/// An orchestrator tells when something has changed; what has changed is read from the database. While no orchestrator
/// can be asked, the database is looked at every few seconds.
final class TaskFeeds: Sendable {
    /// How long one call of `sync.watch` may last.
    private static let watchTimeout = Duration.seconds(300)

    private struct Feed {
        var latest: TaskReading?
        var streams: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var work: Task<Void, Never>?
    }

    private struct State {
        var feeds: [TaskID: Feed] = [:]
        var streams = 0
        var last: UInt64 = 0
    }

    let timing: EventTiming
    private let storage: Storage
    private let socketPath: String
    private let maximumStreams: Int
    private let logger: Logger
    private let state = Lock(State())

    /// - Parameter socketPath: the orchestrator's socket.
    init(storage: Storage, socketPath: String, maximumStreams: Int, timing: EventTiming, logger: Logger) {
        self.storage = storage
        self.socketPath = socketPath
        self.maximumStreams = maximumStreams
        self.timing = timing
        self.logger = logger
    }

    /// Streams that are open.
    var openStreams: Int { state.withLock(\.streams) }

    /// Opens a stream of a task that was just read; nil when there are too many.
    func open(_ id: TaskID, _ reading: TaskReading) -> TaskStream? {
        let (signals, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state -> UInt64? in
            guard state.streams < maximumStreams else { return nil }
            state.last += 1
            state.streams += 1
            var feed = state.feeds.removeValue(forKey: id) ?? Feed()
            feed.streams[state.last] = signal
            if feed.work == nil { feed.work = Task { await self.follow(id) } }  // ended by `leave`
            state.feeds[id] = feed
            return state.last
        }
        guard let number else { return nil }
        signal.yield()
        publish(reading, of: id)
        return TaskStream(
            signals: signals,
            signal: signal,
            latest: { self.state.withLock { $0.feeds[id]?.latest } },
            leave: { self.leave(id, number) }
        )
    }

    private func leave(_ id: TaskID, _ number: UInt64) {
        let work = state.withLock { state -> Task<Void, Never>? in
            guard state.feeds[id]?.streams.removeValue(forKey: number) != nil else { return nil }
            state.streams -= 1
            guard state.feeds[id]?.streams.isEmpty == true else { return nil }
            return state.feeds.removeValue(forKey: id)?.work
        }
        work?.cancel()
    }

    // MARK: Following

    private func follow(_ id: TaskID) async {
        let (bells, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let client = JSONRPCClient(socketPath: socketPath, logger: logger) { _, _ in bell.yield() }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watch(id, client, bell) }
            group.addTask {
                while (try? await Task.sleep(for: self.timing.look)) != nil { bell.yield() }
            }
            for await _ in bells where await self.read(id) { break }
            group.cancelAll()
        }
        await client.close()
    }

    /// Lets an orchestrator tell of changes, again after each end of a call, until cancelled.
    private func watch(_ id: TaskID, _ client: JSONRPCClient, _ bell: AsyncStream<Void>.Continuation) async {
        let parameters = try? JSONText(encoding: ["task_id": id.text])
        while !Task.isCancelled {
            do throws(JSONRPCClientError) {
                _ = try await client.call("sync.watch", text: parameters, timeout: Self.watchTimeout)
            } catch {
                logger.debug("a task is not watched", metadata: ["task": "\(id)", "reason": "\(error)"])
            }
            bell.yield()
            // Also behind an answer: when the end is told and cannot be read, the next call is answered at once.
            try? await Task.sleep(for: timing.pause)
        }
    }

    /// Reads a task for its streams; true when nothing more will come.
    private func read(_ id: TaskID) async -> Bool {
        do {
            guard let status = try await storage.taskStatus(id) else {
                end(id)
                return true
            }
            let reading = try TaskReading(status)
            publish(reading, of: id)
            // What the streams have counts: whoever leaves with an end that was not kept leaves them open for ever.
            return state.withLock { $0.feeds[id]?.latest?.isFinal ?? true }
        } catch {
            logger.debug("a followed task cannot be read", metadata: ["task": "\(id)", "error": "\(error)"])
            return false
        }
    }

    /// Keeps a reading if it tells something new, and wakes the streams.
    ///
    /// An end is kept even if it seems older than the progress before it: a reading's time is taken a moment before what
    /// it shows, and the database's clock may be set back.
    func publish(_ reading: TaskReading, of id: TaskID) {
        let streams = state.withLock { state -> [AsyncStream<Void>.Continuation] in
            guard let feed = state.feeds[id] else { return [] }
            if let latest = feed.latest {
                let isOld = !reading.isFinal && latest.readAt > reading.readAt
                guard !latest.isFinal, latest.body != reading.body, !isOld else { return [] }
            }
            let readAt = max(reading.readAt, (feed.latest?.readAt ?? 0) + 1)
            state.feeds[id]?.latest = TaskReading(readAt: readAt, isFinal: reading.isFinal, body: reading.body)
            return Array(feed.streams.values)
        }
        for stream in streams { stream.yield() }
    }

    /// The task is not there any more: its streams end without a last event.
    private func end(_ id: TaskID) {
        let streams = state.withLock { Array($0.feeds[id]?.streams.values ?? [:].values) }
        for stream in streams { stream.finish() }
    }
}

/// One client's stream of a task's events; leaves its feed when it is let go.
final class TaskStream: Sendable {
    /// Rings when there may be something to send; ends when nothing more will come.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let newest: @Sendable () -> TaskReading?
    private let leave: @Sendable () -> Void

    init(
        signals: AsyncStream<Void>,
        signal: AsyncStream<Void>.Continuation,
        latest: @escaping @Sendable () -> TaskReading?,
        leave: @escaping @Sendable () -> Void
    ) {
        self.signals = signals
        self.signal = signal
        newest = latest
        self.leave = leave
    }

    deinit { leave() }

    /// The newest reading of the task.
    var latest: TaskReading? { newest() }
    /// Lets the client's loop look around.
    func ring() { signal.yield() }
    /// Ends the stream.
    func end() { signal.finish() }
}
