/// How far a transfer has come, and until when it must get further.
///
/// A part of `Transfer` that knows no libcurl, so that the limits can be tested without waiting.
struct TransferPhase: Equatable {
    /// What has been done so far.
    enum Step: Equatable {
        /// Waiting for a connection, or making one.
        case unsent
        /// The request is out, its answer's headers are not complete.
        case sent
        /// The headers are there.
        case answered
    }

    private(set) var step = Step.unsent
    /// When `overdue` has to be asked again; nil while libcurl watches the connection being made.
    private(set) var deadline: ContinuousClock.Instant?
    private let pace: AnswerPace
    private var bytesBefore = 0

    init(pace: AnswerPace) { self.pace = pace }

    /// The request is on its way.
    mutating func didSend(at now: ContinuousClock.Instant) {
        step = .sent
        deadline = now + pace.headersWithin
    }

    /// The headers of the final answer are complete.
    mutating func didReceiveHeaders(at now: ContinuousClock.Instant) {
        step = .answered
        deadline = now + pace.bodySpan
        bytesBefore = 0
    }

    /// What is wrong with the pace; nil when nothing is.
    mutating func overdue(
        at now: ContinuousClock.Instant,
        headerBytes: Int,
        bodyBytes: Int
    ) -> (code: HTTPFailure.Code, message: String)? {
        guard let deadline, now >= deadline else { return nil }
        guard step == .answered else {
            let limit = pace.headersWithin.inSeconds
            return (
                .responseTimedOut,
                headerBytes == 0 ? "no answer within \(limit)" : "only a part of the answer's headers within \(limit)"
            )
        }
        let count = bodyBytes - bytesBefore
        guard count >= pace.bytesPerSpan else {
            return (.stalled, "the answer stalled: only \(count) bytes of its body within \(pace.bodySpan.inSeconds)")
        }
        bytesBefore = bodyBytes
        self.deadline = now + pace.bodySpan
        return nil
    }
}

extension Duration {
    /// For sentences: `3 s`, `0.25 s`.
    var inSeconds: String {
        let milliseconds = wholeMilliseconds
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(Double(milliseconds) / 1000) s"
    }
}
