import Postgres
import Reactor

/// Gathers bodies that arrive together, so that they share one transaction: a commit costs a flush, and each statement a
/// way to the server and back.
///
/// What arrives while a batch is being written goes together in the next one. When nothing is being written, a body
/// waits for others that are being fetched or decoded, but only for a moment. One bad body does not take the others with it: when
/// the server refuses a batch for what is in it, each of its bodies is written alone.
///
/// It owns no task of its own: a batch's task ends before the last of its callers returns.
final class BodyBatcher<Entry: Sendable, Outcome: Sendable>: Sendable {
    /// Writes all entries in one transaction; an outcome for each, in their order.
    typealias Write = @Sendable ([Entry]) async throws -> [Outcome]

    private struct Waiting {
        let id: UInt64
        let entry: Entry
        let bytes: Int
        let since: ContinuousClock.Instant
        let continuation: CheckedContinuation<Outcome, any Error>
    }

    private struct Running {
        /// Those of its entries whose callers still want them.
        var wanted: Set<UInt64>
        let task: Task<Void, Never>
    }

    private struct State {
        /// Bodies that are being fetched or decoded.
        var expected = 0
        var queue: [Waiting] = []
        var running: [UInt64: Running] = [:]
        var lastID: UInt64 = 0
        var timer: Task<Void, Never>?
    }

    private let limits: BatchLimits
    private let write: Write
    private let state = Lock(State())

    init(limits: BatchLimits = BatchLimits(), write: @escaping Write) {
        self.limits = limits
        self.write = write
    }

    /// Fetches and decodes a body, and stores it together with others.
    ///
    /// - Parameter prepare: the entry, and how many bytes it takes up until it is written.
    /// - Throws: what `prepare` and writing throw; `.poolExhausted` when too many bodies wait already;
    ///   `CancellationError` when the caller was cancelled before writing began. Writing itself is cancelled when nobody
    ///   wants any of the batch's bodies any more.
    func store(_ prepare: () async throws -> (entry: Entry, bytes: Int)) async throws -> Outcome {
        state.withLock { $0.expected += 1 }
        let prepared: (entry: Entry, bytes: Int)
        do {
            prepared = try await prepare()
        } catch {
            change { $0.expected -= 1 }
            throw error
        }
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiting = Waiting(
                    id: id,
                    entry: prepared.entry,
                    bytes: prepared.bytes,
                    since: .now,
                    continuation: continuation
                )
                enqueue(waiting)
                // The handler may have run before there was anything to cancel.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Bodies that wait to be written, and batches that are being written.
    var counts: (waiting: Int, running: Int) { state.withLock { ($0.queue.count, $0.running.count) } }

    private func enqueue(_ waiting: Waiting) {
        let isTaken = change { state in
            state.expected -= 1
            guard state.queue.count < limits.queuedBodies else { return false }
            state.queue.append(waiting)
            return true
        }
        if isTaken { return }
        let reason = "\(limits.queuedBodies) bodies of this process wait to be stored already"
        waiting.continuation.resume(throwing: PostgresError.busy(reason))
    }

    private func cancel(_ id: UInt64) {
        let waiting: Waiting? = state.withLock { state in
            if let place = state.queue.firstIndex(where: { $0.id == id }) { return state.queue.remove(at: place) }
            for (batch, running) in state.running where running.wanted.contains(id) {
                state.running[batch]?.wanted.remove(id)
                if state.running[batch]?.wanted.isEmpty == true { running.task.cancel() }
            }
            return nil
        }
        waiting?.continuation.resume(throwing: CancellationError())
    }

    // MARK: Batches

    /// Lets something happen, then begins what there is reason to begin.
    private func change<R>(_ event: (inout State) -> R) -> R {
        state.withLock { state in
            let result = event(&state)
            while !state.queue.isEmpty, state.running.count < limits.concurrentBatches {
                let batch = nextBatch(state.queue)
                let isFull = batch.count < state.queue.count || batch.count == limits.bodies
                guard isFull || (state.running.isEmpty && hasWaitedEnough(&state)) else { break }
                state.queue.removeFirst(batch.count)
                start(batch, &state)
            }
            return result
        }
    }

    /// The oldest of those that wait, as many as may go together; at least one, whatever its size.
    private func nextBatch(_ queue: [Waiting]) -> [Waiting] {
        var bytes = 0
        return Array(
            queue.prefix(limits.bodies).enumerated().prefix { place, waiting in
                bytes += waiting.bytes
                return place == 0 || bytes <= limits.bytes
            }.map(\.element)
        )
    }

    /// Whether the oldest of those that wait need not wait for others; if it must, the end of its wait is seen to.
    private func hasWaitedEnough(_ state: inout State) -> Bool {
        guard state.expected > 0, let oldest = state.queue.first else { return true }
        let end = oldest.since + limits.patience
        if end <= .now { return true }
        if state.timer == nil {
            state.timer = Task {  // ends by itself after `patience`; nobody waits for it
                try? await Task.sleep(until: end, clock: .continuous)
                self.change { $0.timer = nil }
            }
        }
        return false
    }

    private func start(_ batch: [Waiting], _ state: inout State) {
        state.lastID += 1
        let id = state.lastID
        let task = Task {  // awaited through its callers' continuations
            let results = await self.results(of: batch.map(\.entry))
            self.change { $0.running[id] = nil }
            for (waiting, result) in zip(batch, results) { waiting.continuation.resume(with: result) }
        }
        state.running[id] = Running(wanted: Set(batch.map(\.id)), task: task)
    }

    private func results(of entries: [Entry]) async -> [Result<Outcome, any Error>] {
        do {
            let outcomes = try await write(entries)
            precondition(outcomes.count == entries.count, "\(outcomes.count) outcomes of \(entries.count) bodies")
            return outcomes.map { .success($0) }
        } catch {
            guard entries.count > 1, Self.liesInData(error) else { return entries.map { _ in .failure(error) } }
        }
        var results: [Result<Outcome, any Error>] = []
        for entry in entries { results += await self.results(of: [entry]) }
        return results
    }

    /// Whether the same work would fail again: the server refuses what is in it, and not the way or the moment.
    private static func liesInData(_ error: any Error) -> Bool {
        guard let error = error as? PostgresError else { return false }
        switch error.code {
        case .server: return !error.isRetryable
        case .invalidParameter, .unexpectedResult: return true
        default: return false
        }
    }
}

/// How much goes together, and for how long the first waits for the others.
struct BatchLimits: Sendable {
    /// Bodies of one transaction.
    ///
    /// As many as a worker fetches at a time for one region. Twice as many cost PostgreSQL a tenth less for each.
    var bodies = 16
    /// Bytes of inflated text of one transaction's bodies, which are all in memory until it ends.
    var bytes = 16 * 1024 * 1024
    /// Bodies that may wait; a worker's slots on all lanes are fewer.
    var queuedBodies = 128
    /// Batches that are written at a time.
    ///
    /// The second one begins only when it is full.
    var concurrentBatches = 2
    /// How long a body waits for others that are still to come while nothing is being written.
    ///
    /// Long enough that a worker without any limit fills its batches, a tenth of what the whole way of a match takes.
    var patience: Duration = .milliseconds(100)
}
