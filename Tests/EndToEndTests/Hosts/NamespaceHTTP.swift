import Foundation
import Glibc
import TestSupport

/// Speaks HTTP with a server inside a network namespace.
enum NamespaceHTTP {
    /// Sends a request on a connection of its own and reads all of the answer, on a thread that has entered the
    /// namespace: sockets stay in the one in which they were made.
    static func send(
        _ method: String,
        namespace: String,
        host: String = "127.0.0.1",
        port: Int,
        _ path: String,
        body: String? = nil
    ) async throws -> HTTPAnswer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n"
        if let body { head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        let request = Array((head + "\r\n" + (body ?? "")).utf8)
        let bytes: [UInt8] = try await withCheckedThrowingContinuation { continuation in
            RelaySocket.thread {
                continuation.resume(with: Result { try exchange(namespace, host, port, request) })
            }
        }
        return try LoopbackHTTP.parse(Data(bytes))
    }

    private static func exchange(_ namespace: String, _ host: String, _ port: Int, _ request: [UInt8]) throws -> [UInt8]
    {
        let file = open(namespace, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw TestFailure("no namespace \(namespace): \(errno)") }
        defer { close(file) }
        guard setns(file, CLONE_NEWNET) == 0 else { throw TestFailure("setns: \(errno)") }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(host)
        address.sin_port = UInt16(port).bigEndian
        let isConnected = withUnsafeBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            return connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
        let flags = Int32(truncatingIfNeeded: MSG_NOSIGNAL)
        guard isConnected, Glibc.send(descriptor, request, request.count, flags) == request.count else {
            throw TestFailure("\(host):\(port) in \(namespace): \(errno)")
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 { throw TestFailure("\(host):\(port) in \(namespace) does not answer: \(errno)") }
            if count == 0 { return answer }
            answer += buffer[..<count]
        }
    }
}
