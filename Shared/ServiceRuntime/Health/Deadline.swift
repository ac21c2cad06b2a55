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
    /// Cancellation of the caller ends the wait with `CancellationError`. A structured task group would wait for the
    /// child that it cancelled; so the work runs in a task of its own, which is cancelled and left to end by itself.
    public static func run<Value: Sendable>(
        _ limit: Duration,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let promise = Promise<Result<Value, any Error>>()
        let worker = Task {
            do { promise.fulfil(.success(try await work())) } catch { promise.fulfil(.failure(error)) }
        }
        defer { worker.cancel() }
        switch await promise.wait(until: .now + limit) {
        case .value(let result): return try result.get()
        case .timedOut: throw Exceeded()
        case .cancelled: throw CancellationError()
        }
    }
}
