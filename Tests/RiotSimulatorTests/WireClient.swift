import Foundation
import Testing

@testable import RiotSimulator

/// A client that shows what is on the wire: one connection per request, everything as received.
struct WireClient: Sendable {
    /// Seconds without a byte; long, because a machine under load is slow.
    private static let patience = 120

    let port: Int

    init(_ server: SimulatorServer) async throws {
        port = try await server.port()
    }

    /// Sends a request; the target is put into the request line as it is.
    func get(
        _ target: String,
        key: String? = "test-key",
        gzip: Bool = false,
        method: String = "GET"
    ) async throws
        -> WireAnswer
    {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
        if let key { lines.append("X-Riot-Token: \(key)") }
        if gzip { lines.append("Accept-Encoding: gzip") }
        return try await send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    func post(_ target: String, _ json: String = "") async throws -> WireAnswer {
        try await send(
            "POST \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: \(json.utf8.count)\r\n\r\n"
                + json
        )
    }

    private func send(_ request: String) async throws -> WireAnswer {
        try await withCheckedThrowingContinuation { continuation in
            // A thread of its own: the dispatch queue has few, and an answer that hangs holds one.
            Thread.detachNewThread {
                continuation.resume(with: Result { try Self.exchange(request, port: port) })
            }
        }
    }

    private static func exchange(_ request: String, port: Int) throws -> WireAnswer {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ECONNREFUSED) }
        let bytes = [UInt8](request.utf8)
        guard Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EPIPE)
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 { return WireAnswer(received, ending: .closed) }
            if count < 0 {
                let ending: WireAnswer.Ending = errno == ECONNRESET ? .reset : .timedOut
                return WireAnswer(received, ending: ending)
            }
            received += buffer[..<count]
        }
    }
}

/// What came back.
struct WireAnswer: Sendable {
    enum Ending: Sendable { case closed, reset, timedOut }

    let ending: Ending
    /// Everything, as it came.
    let bytes: [UInt8]
    /// 0 when nothing came.
    private(set) var status = 0
    /// Names in lower case; the last value of a name that comes more than once.
    private(set) var headers: [String: String] = [:]
    /// Names in lower case, in the order in which they came.
    private(set) var headerLines: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    /// Whether the body came to its proper end.
    private(set) var isComplete = false

    init(_ bytes: [UInt8], ending: Ending) {
        self.ending = ending
        self.bytes = bytes
        guard let split = Self.find([13, 10, 13, 10], in: bytes[...]) else { return }
        let head = String(decoding: bytes[..<split], as: UTF8.self).split(separator: "\r\n")
        status = head.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        for line in head.dropFirst() {
            let halves = line.split(separator: ":", maxSplits: 1)
            let value = halves.count == 2 ? halves[1].trimmingCharacters(in: .whitespaces) : ""
            headers[halves[0].lowercased()] = value
            headerLines.append((halves[0].lowercased(), value))
        }
        let rest = bytes[(split + 4)...]
        if headers["transfer-encoding"] == "chunked" {
            readChunks(rest)
        } else {
            body = [UInt8](rest)
            isComplete = headers["content-length"].flatMap { Int($0) } == body.count
        }
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    private mutating func readChunks(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let end = Self.find([13, 10], in: rest) {
            guard let length = Int(String(decoding: rest[rest.startIndex..<end], as: UTF8.self), radix: 16) else {
                return
            }
            if length == 0 {
                isComplete = true
                return
            }
            rest = rest[(end + 2)...]
            body += rest.prefix(length)
            rest = rest.dropFirst(length + 2)
        }
    }

    private static func find(_ pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while index + pattern.count <= bytes.endIndex {
            if bytes[index..<index + pattern.count].elementsEqual(pattern) { return index }
            index += 1
        }
        return nil
    }
}
