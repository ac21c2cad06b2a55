import Foundation
import Glibc
import Reactor

/// Reads a stream of server-sent events from a server of this machine, block by block, as a browser would.
public final class EventClient: Sendable {
    /// Why a stream cannot be read.
    public struct Failure: Error, CustomStringConvertible {
        /// What went wrong.
        public let description: String
    }

    /// One block of the stream: its fields, or a comment.
    public struct Block: Sendable {
        /// The lines of the block.
        public let lines: [String]
        /// The value of a field.
        public func field(_ name: String) -> String? {
            lines.first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.utf8.count + 2)) }
        }
        /// The data as a JSON object.
        public var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data((field("data") ?? "").utf8))) as? [String: Any] ?? [:]
        }
        /// It is a comment, which keeps the connection alive.
        public var isComment: Bool { lines.first?.hasPrefix(":") == true }
    }

    /// The status of the answer.
    public let status: Int
    /// The lines of its head.
    public let head: [String]
    private let descriptor: Int32
    private let unread: Lock<(bytes: [UInt8], text: [UInt8])>
    private let isClosed = Lock(false)

    private init(descriptor: Int32, head: [String], rest: [UInt8]) {
        self.descriptor = descriptor
        self.head = head
        status = Int(head.first?.split(separator: " ").dropFirst().first ?? "") ?? 0
        unread = Lock((rest, []))
    }

    deinit { close() }

    /// Opens a stream and reads the head of the answer.
    public static func open(port: Int, _ path: String, lastEventID: String? = nil) async throws -> EventClient {
        try await onThread {
            let descriptor = try LoopbackSocket.connected(to: port)
            var request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
            if let lastEventID { request += "Last-Event-ID: \(lastEventID)\r\n" }
            let bytes = Array((request + "\r\n").utf8)
            guard write(descriptor, bytes, bytes.count) == bytes.count else {
                throw Failure(description: "short write")
            }
            var received: [UInt8] = []
            while true {
                if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                    let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                    return EventClient(
                        descriptor: descriptor,
                        head: head.components(separatedBy: "\r\n"),
                        rest: Array(received[end.upperBound...])
                    )
                }
                guard let more = try receive(descriptor) else { throw Failure(description: "no head in the answer") }
                received += more
            }
        }
    }

    /// The next block; nil when the server has ended the stream.
    public func next() async throws -> Block? {
        try await Self.onThread { [self] in
            while true {
                if let block = takeBlock() { return block }
                guard let more = try Self.receive(descriptor) else { return nil }
                unread.withLock { $0.bytes += more }
            }
        }
    }

    /// The next block that is no comment.
    public func nextEvent() async throws -> Block? {
        while let block = try await next() {
            if !block.isComment { return block }
        }
        return nil
    }

    /// Goes away, as a closed page does.
    public func close() {
        if !isClosed.withLock({ closed in (closed, closed = true).0 }) { Glibc.close(descriptor) }
    }

    // MARK: -

    private func takeBlock() -> Block? {
        unread.withLock { unread in
            Self.unchunk(&unread.bytes, into: &unread.text)
            guard let end = unread.text.firstRange(of: [10, 10]) else { return nil }
            let lines = unread.text[..<end.lowerBound].split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
            unread.text.removeSubrange(..<end.upperBound)
            return Block(lines: lines)
        }
    }

    /// Moves the content of whole chunks.
    private static func unchunk(_ bytes: inout [UInt8], into text: inout [UInt8]) {
        while let line = bytes.firstRange(of: [13, 10]),
            let size = Int(String(decoding: bytes[..<line.lowerBound], as: UTF8.self), radix: 16), size > 0,
            bytes.count >= line.upperBound + size + 2
        {
            text += bytes[line.upperBound..<(line.upperBound + size)]
            bytes.removeSubrange(..<(line.upperBound + size + 2))
        }
    }

    private static func receive(_ descriptor: Int32) throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EAGAIN { throw Failure(description: "nothing came in 30 seconds") }
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    private static func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }
}
