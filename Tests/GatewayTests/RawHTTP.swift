import Foundation
import TestSupport

/// An answer as it came over the socket.
struct RawAnswer {
    let status: Int
    let headers: [String: String]
    let body: String

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { throw RawHTTP.Failure(what: "no head in: \(text)") }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        guard let code = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw RawHTTP.Failure(what: "no status in: \(lines[0])")
        }
        status = code
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.dropFirst().first?.trimmingCharacters(in: .whitespaces) ?? ""
        }
        self.headers = headers
        body = String(text[end.upperBound...])
    }

    /// The body as a JSON object.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
    }
}

/// HTTP by hand over a real socket, so that a test decides about every byte.
enum RawHTTP {
    struct Failure: Error {
        let what: String
    }

    /// Sends a request on a connection of its own and reads until the server closes it.
    static func send(
        _ method: String,
        _ target: String,
        port: Int,
        headers: [String] = [],
        body: String? = nil
    ) async throws -> RawAnswer {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: localhost", "Connection: close"] + headers
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        let request = lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
        return try await RawAnswer(exchange(request, port: port))
    }

    /// A POST of JSON.
    static func post(_ target: String, port: Int, json: String, headers: [String] = []) async throws -> RawAnswer {
        try await send("POST", target, port: port, headers: headers + ["Content-Type: application/json"], body: json)
    }

    /// Sends any bytes and returns all that comes back; blocking calls run on a thread of their own.
    static func exchange(_ text: String, port: Int) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try blockingExchange(text, port: port) })
            }
        }
    }

    private static func blockingExchange(_ text: String, port: Int) throws -> [UInt8] {
        let descriptor = try LoopbackSocket.connected(to: port)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure(what: "short write") }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return received }
            guard count > 0 else { throw Failure(what: "read: \(String(cString: strerror(errno)))") }
            received += buffer[..<count]
        }
    }
}
