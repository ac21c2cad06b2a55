import Foundation

/// A socket without any protocol, for sending what a well-behaved client never would. Every wait ends after 20 seconds.
actor RawPeer {
    enum Failure: Error { case socket(String, Int32), timedOut }

    private let descriptor: Int32
    private var unread: [UInt8] = []

    init(connectingTo path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.withAddress(path, { connect(descriptor, $0, $1) }) == 0 else {
            let code = errno
            Foundation.close(descriptor)
            throw Failure.socket("connect", code)
        }
        Self.limitWaits(of: descriptor)
    }

    private init(accepted descriptor: Int32) {
        self.descriptor = descriptor
        Self.limitWaits(of: descriptor)
    }

    deinit { Foundation.close(descriptor) }

    /// A bound and listening socket without a lock; the caller closes it.
    static func listen(on path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard withAddress(path, { bind(descriptor, $0, $1) }) == 0, Foundation.listen(descriptor, 8) == 0 else {
            throw Failure.socket("listen", errno)
        }
        return descriptor
    }

    static func accept(on listener: Int32) async throws -> RawPeer {
        let descriptor = await offPool { Foundation.accept(listener, nil, nil) }
        guard descriptor >= 0 else { throw Failure.socket("accept", errno) }
        return RawPeer(accepted: descriptor)
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        let code = await Self.offPool { [descriptor] () -> Int32 in
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Foundation.send(
                        descriptor,
                        $0.baseAddress.map { $0 + sent },
                        bytes.count - sent,
                        Int32(MSG_NOSIGNAL)
                    )
                }
                if count < 0 { return errno }
                sent += count
            }
            return 0
        }
        guard code == 0 else { throw Failure.socket("send", code) }
    }

    /// The next line without its line feed; `nil` at the end of the stream.
    func line() async throws -> String? {
        while true {
            if let end = unread.firstIndex(of: 0x0A) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            guard try await receive() else { return nil }
        }
    }

    /// Everything up to the end of the stream.
    func rest() async throws -> String {
        while try await receive() {}
        return String(decoding: unread, as: UTF8.self)
    }

    nonisolated func closeWriting() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    private func receive() async throws -> Bool {
        let (bytes, code) = await Self.offPool { [descriptor] () -> ([UInt8], Int32) in
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return (Array(buffer.prefix(max(0, count))), count < 0 ? errno : 0)
        }
        if code == EAGAIN { throw Failure.timedOut }
        unread += bytes
        return !bytes.isEmpty
    }

    private static func limitWaits(of descriptor: Int32) {
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private static func offPool<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
