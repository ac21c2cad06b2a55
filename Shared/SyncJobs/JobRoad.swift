public import JSONRPC
public import Logging
public import WorkQueue

/// The queue's road to a service's methods: a claimed job is dispatched like a frame from a socket, and the answer
/// becomes the job's outcome.
public struct JobRoad: Sendable {
    /// Wait of a job whose database, Redis or key is away.
    public static let dependencyPause: Duration = .seconds(2)

    private let dispatcher: JSONRPCDispatcher
    private let policy: RetryPolicy
    private let logger: Logger

    /// Creates a road to the methods of `dispatcher`.
    public init(dispatcher: JSONRPCDispatcher, policy: RetryPolicy, logger: Logger) {
        self.dispatcher = dispatcher
        self.policy = policy
        self.logger = logger
    }

    /// Runs a job and says how it ended; `followUp` makes the job that follows a good end from the result's bytes.
    public func run(
        _ job: WorkQueue.ClaimedJob,
        followUp: @Sendable (_ result: [UInt8]) -> WorkQueue.FollowUp?
    ) async -> WorkQueue.Outcome {
        guard let answer = await dispatcher.respond(to: Array(job.payload.utf8), context: CallContext()),
            let response = JSONRPCResponse(parsing: answer)
        else { return .failed(reason: "the job is a notification: it has no id to answer to") }
        switch response {
        case .result(let bytes): return .done(followUp: followUp(bytes))
        case .error(let error): return outcome(of: error, attempt: job.attempt)
        }
    }

    /// What an error means for the job that met it.
    func outcome(of error: JSONRPCError, attempt: Int) -> WorkQueue.Outcome {
        let data = error.decodedData(as: JobErrorData.self)
        let asked = data?.retryAfterMilliseconds.map { Duration.milliseconds($0) }
        switch error.code {
        case JSONRPCError.Code.rateLimited.rawValue:
            return .snooze(after: asked ?? Self.dependencyPause, reason: error.message)
        case JSONRPCError.Code.shuttingDown.rawValue, JSONRPCError.Code.cancelled.rawValue:
            return .snooze(after: .zero, reason: error.message)
        case JSONRPCError.Code.dependencyDown.rawValue where data?.dependency != JSONRPCError.Dependency.riot:
            return .snooze(after: Self.dependencyPause, reason: error.message)
        case JSONRPCError.Code.parseError.rawValue, JSONRPCError.Code.invalidRequest.rawValue,
            JSONRPCError.Code.methodNotFound.rawValue, JSONRPCError.Code.invalidParameters.rawValue,
            JSONRPCError.Code.notFound.rawValue:
            return .failed(reason: error.message)
        default:
            guard policy.allowsAttempt(after: attempt) else {
                return .failed(reason: "\(error.message) (after \(attempt) attempts)")
            }
            return .retry(
                after: asked ?? policy.pause(afterAttempt: attempt),
                maximumAttempts: policy.attempts,
                reason: error.message
            )
        }
    }
}
