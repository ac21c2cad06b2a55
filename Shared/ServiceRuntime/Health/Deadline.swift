import Reactor

/// Ends a wait at its deadline even when the work does not react to cancellation.
public enum Deadline {
    /// The work was not done in time.
    public struct Exceeded: Error, Equatable, CustomStringConvertible {
        /// A sentence without the time, which the caller knows.
        public var description: String { "no answer in time" }
    }

    /// What `work` returns or throws, or ``Exceeded`` once `limit` has passed.
    ///
    /// Cancellation of the caller ends the wait with `CancellationError`. A structured task group would wait for the child that it cancelled; so both sides run in tasks of their own,
    /// the first to finish answers, and the other is cancelled and left to end by itself.
    public static func run<Value: Sendable>(
        _ limit: Duration,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let race = Race<Value>()
        let worker = Task {
            do { race.finish(.success(try await work())) } catch { race.finish(.failure(error)) }
        }
        let timer = Task {
            try? await Task.sleep(for: limit)
            race.finish(.failure(Exceeded()))
        }
        defer {
            worker.cancel()
            timer.cancel()
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { race.await($0) }
        } onCancel: {
            race.finish(.failure(CancellationError()))
        }
    }

    private final class Race<Value: Sendable>: Sendable {
        private struct State {
            var result: Result<Value, any Error>?
            var waiter: CheckedContinuation<Value, any Error>?
        }

        private let state = Lock(State())

        func await(_ waiter: CheckedContinuation<Value, any Error>) {
            let result = state.withLock { state in
                if state.result == nil { state.waiter = waiter }
                return state.result
            }
            if let result { waiter.resume(with: result) }
        }

        func finish(_ result: Result<Value, any Error>) {
            let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
                guard state.result == nil else { return nil }
                state.result = result
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(with: result)
        }
    }
}
