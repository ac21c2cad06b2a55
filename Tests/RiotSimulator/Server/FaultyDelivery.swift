import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An answer that is ready to be sent, and the fault that spoils its way.
struct PreparedAnswer: Sendable {
    var status: Int
    var headers: HTTPFields
    var body: [UInt8]
    var fault: FaultRule?
    /// For the log: the type of a 429.
    var note: String?

    func response() -> Response {
        Response(status: .init(code: status), headers: headers, body: WireResponse.chunked(body))
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
    let channel: any Channel

    func deliver(_ answer: PreparedAnswer) async -> Response {
        switch answer.fault?.fault {
        case .reset:
            reset(channel)
            return answer.response()
        case .lost:
            channel.close(promise: nil)
            return answer.response()
        case .hang:
            await hold()
            reset(channel)
            return answer.response()
        case .truncated: return cut(answer) {}
        case .resetBody: return cut(answer) { [channel] in Self.resetNow(channel) }
        case .trickle: return trickle(answer)
        default: return answer.response()
        }
    }

    /// Waits until the client leaves, the simulator stops or the limit is reached.
    private func hold() async {
        try? await cancelWhenGracefulShutdown {
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await Task.sleep(for: Self.hangLimit)
            }
        }
    }

    private func reset(_ channel: any Channel) {
        Self.resetNow(channel)
    }

    /// Closes with a reset instead of an end.
    private static func resetNow(_ channel: any Channel) {
        if let socket = channel as? any SocketOptionProvider {
            socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
        } else {
            channel.close(promise: nil)
        }
    }

    private func cut(_ answer: PreparedAnswer, ending: @escaping @Sendable () -> Void) -> Response {
        let half = ByteBuffer(bytes: answer.body.prefix(max(1, answer.body.count / 2)))
        let body = ResponseBody(contentLength: nil) { writer in
            try await writer.write(half)
            ending()
            throw CutOff()
        }
        return Response(status: .init(code: answer.status), headers: answer.headers, body: body)
    }

    private func trickle(_ answer: PreparedAnswer) -> Response {
        let interval = Duration.milliseconds(answer.fault?.interval ?? 1000)
        let body = ResponseBody(contentLength: nil) { writer in
            for byte in answer.body {
                try await writer.write(ByteBuffer(bytes: [byte]))
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: interval) }
            }
            try await writer.finish(nil)
        }
        return Response(status: .init(code: answer.status), headers: answer.headers, body: body)
    }
}
