import NIOCore
import Reactor

/// A call that has no answer yet.
///
/// Belongs to the event loop.
final class PendingCall {
    typealias Outcome = Result<JSONRPCResponse, JSONRPCClientError>

    let number: UInt64
    let method: String
    let frame: [UInt8]
    /// Until when the call waits for somebody to listen.
    let patienceEnd: NIODeadline
    private let continuation: CheckedContinuation<Outcome, Never>
    private var timer: Scheduled<Void>?
    private var isFinished = false

    init(
        number: UInt64,
        method: String,
        frame: [UInt8],
        patienceEnd: NIODeadline,
        continuation: CheckedContinuation<Outcome, Never>
    ) {
        self.number = number
        self.method = method
        self.frame = frame
        self.patienceEnd = patienceEnd
        self.continuation = continuation
    }

    /// Starts the clock of the call.
    func arm(_ timer: Scheduled<Void>) { self.timer = timer }

    /// Ends the call; only the first end counts.
    func finish(_ outcome: Outcome) {
        guard !isFinished else { return }
        isFinished = true
        timer?.cancel()
        continuation.resume(returning: outcome)
    }
}
