import HTTPTypes
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A connection that is written to byte by byte, past the encoder that would see to it that all is right.
struct RawConnection: Sendable {
    let channel: any Channel

    /// Writes bytes and returns when the kernel has them.
    ///
    /// - Throws: What the channel says when the client has gone.
    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        let channel = channel
        try await channel.eventLoop.flatSubmit {
            let written = channel.eventLoop.makePromise(of: Void.self)
            do {
                // What is written at the encoder's place goes on from there, not through it.
                let place = try channel.pipeline.syncOperations.context(handlerType: HTTPResponseEncoder.self)
                place.writeAndFlush(NIOAny(IOData.byteBuffer(ByteBuffer(bytes: bytes))), promise: written)
            } catch {
                written.fail(error)
            }
            return written.futureResult
        }.get()
    }

    /// Ends the connection and returns when it is closed.
    func end(_ ending: FaultRule.Ending) async {
        if ending == .reset, let socket = channel as? any SocketOptionProvider {
            try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await channel.close()
    }
}

/// An answer as the bytes that Riot's edge would send.
struct RawAnswer: Sendable {
    /// The lines of the head with their ends, the empty one included.
    let head: [String]
    /// The body as one chunk and the end of it.
    let body: [UInt8]

    init(_ answer: PreparedAnswer, dates: [String]) {
        let status = HTTPResponseStatus(statusCode: answer.status)
        var lines = ["HTTP/1.1 \(status.code) \(status.reasonPhrase)"]
        lines += answer.headers.map { "\($0.name.rawName): \($0.value)" }
        lines += dates.map { "Date: \($0)" }
        lines += ["Transfer-Encoding: chunked", ""]
        head = lines.map { $0 + "\r\n" }
        let size = String(answer.body.count, radix: 16)
        let chunk = answer.body.isEmpty ? [] : Array("\(size)\r\n".utf8) + answer.body + Array("\r\n".utf8)
        body = chunk + Array("0\r\n\r\n".utf8)
    }

    var bytes: [UInt8] { head.flatMap { Array($0.utf8) } + body }
}
