import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// An answer that is ready to be sent, and the fault that spoils its way.
struct PreparedAnswer: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: [UInt8]
    var fault: FaultRule?
    /// For the log: the type of a 429.
    var note: String?

    func response() -> Response { response(WireResponse.chunked(body)) }

    func response(_ body: ResponseBody) -> Response {
        Response(status: .init(code: status), headers: headers, body: body)
    }
}

/// Sends an answer, or does to the connection what a fault asks for.
struct FaultyDelivery {
    /// The longest that a connection is held without an answer.
    static let hangLimit = Duration.seconds(600)
    /// Faults after which the client has no answer at all.
    static let silent: Set<FaultRule.Kind> = [.reset, .lost, .hang]

    /// Ends a body in the middle; the server then closes the connection.
    private struct CutOff: Error {}

    let request: Request
    let connection: RawConnection
    let clock: SharedAnswerClock

    func deliver(_ answer: PreparedAnswer) async -> Response {
        guard let fault = answer.fault else { return answer.response() }
        switch fault.fault {
        case .reset: await connection.end(.reset)
        case .lost: await connection.end(.close)
        case .hang:
            await hold()
            await connection.end(.reset)
        case .truncated: return answer.response(half(of: answer.body) {})
        case .resetBody: return answer.response(half(of: answer.body) { await connection.end(.reset) })
        case .trickle: return answer.response(trickle(answer.body, interval(fault)))
        case .oversized: return answer.response(PaddedBody.stream(of: fault.bytes ?? 0))
        case .wrongLength: return wrongLength(answer, more: fault.bytes ?? 0)
        case .slowHeaders: await sendSlowly(raw(answer), interval(fault))
        case .cutAt:
            try? await connection.write(Array(raw(answer).bytes.prefix(fault.bytes ?? 0)))
            await connection.end(fault.ending ?? .close)
        case .status, .rateLimit, .wrongGzip, .html, .empty, .brokenJSON, .malformedHeaders, .noHeaders, .inflates:
            break
        }
        // Where the connection has ended this reaches nobody.
        return answer.response()
    }

    private func interval(_ fault: FaultRule) -> Duration { .milliseconds(fault.interval ?? 1000) }

    private func raw(_ answer: PreparedAnswer) -> RawAnswer { RawAnswer(answer, dates: clock.value.dates()) }

    /// Waits until the client leaves, the simulator stops or the limit is reached.
    private func hold() async {
        try? await cancelWhenGracefulShutdown {
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await Task.sleep(for: Self.hangLimit)
            }
        }
    }

    private func half(of body: [UInt8], ending: @escaping @Sendable () async -> Void) -> ResponseBody {
        let half = ByteBuffer(bytes: body.prefix(max(1, body.count / 2)))
        return ResponseBody(contentLength: nil) { writer in
            try await writer.write(half)
            await ending()
            throw CutOff()
        }
    }

    private func trickle(_ body: [UInt8], _ interval: Duration) -> ResponseBody {
        ResponseBody(contentLength: nil) { writer in
            for byte in body {
                try await writer.write(ByteBuffer(bytes: [byte]))
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
            }
            try await writer.finish(nil)
        }
    }

    private func wrongLength(_ answer: PreparedAnswer, more difference: Int) -> Response {
        var answer = answer
        let bytes = answer.body
        let stated = max(0, bytes.count + difference)
        answer.headers[.contentLength] = String(stated)
        return answer.response(
            ResponseBody(contentLength: nil) { writer in
                try await writer.write(ByteBuffer(bytes: bytes))
                // Who waits for the rest must not be left to wait.
                if stated > bytes.count { throw CutOff() }
                try await writer.finish(nil)
            }
        )
    }

    /// Sends line after line until all is sent, the client leaves or the simulator stops; then the connection ends.
    private func sendSlowly(_ answer: RawAnswer, _ interval: Duration) async {
        try? await cancelWhenGracefulShutdown {
            for line in answer.head {
                try await connection.write(Array(line.utf8))
                try await Task.sleep(for: interval)
            }
            try await connection.write(answer.body)
        }
        await connection.end(.close)
    }
}
