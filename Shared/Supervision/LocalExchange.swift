public import Reactor
import Glibc

/// A short conversation with a server of this machine: connect, say something, read until the answer is whole.
///
/// Meant for probes and small requests. Never blocks a thread; one deadline covers all of it.
public enum LocalExchange {
    /// Why there was no answer.
    public enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// Nothing listens there; the errno of `connect(2)`.
        case notListening(Int32)
        /// No whole answer by the deadline.
        case timedOut
        /// The peer closed before the answer was whole.
        case closed
        /// More than `limit` bytes came.
        case tooLong
        /// The address cannot be used, or the system refused; the errno.
        case failed(Int32)
        /// The calling task was cancelled.
        case cancelled

        /// A few words for a sentence.
        public var description: String {
            switch self {
            case .notListening(let code): "nothing listens there (\(String(cString: strerror(code))))"
            case .timedOut: "no answer in time"
            case .closed: "the connection was closed before an answer came"
            case .tooLong: "the answer is too long"
            case .failed(let code): String(cString: strerror(code))
            case .cancelled: "cancelled"
            }
        }
    }

    /// Sends `request` and returns what came once `isComplete` says that it is all, or at the end of the stream when
    /// `isComplete` is nil.
    public static func ask(
        _ endpoint: Endpoint,
        _ request: [UInt8],
        limit: Int = 1 << 20,
        until deadline: ContinuousClock.Instant,
        reactor: IOReactor = .shared,
        isComplete: (@Sendable ([UInt8]) -> Bool)?
    ) async throws(Failure) -> [UInt8] {
        let address = try SocketAddress(endpoint)
        let descriptor = socket(
            address.family,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
            0
        )
        guard descriptor >= 0 else { throw .failed(errno) }
        defer { close(descriptor) }
        let link = Link(descriptor: descriptor, deadline: deadline, reactor: reactor)
        try await link.connect(to: address)
        try await link.send(request)
        return try await link.receive(limit: limit, isComplete: isComplete)
    }
}

/// One connected descriptor during an exchange.
private struct Link {
    let descriptor: Int32
    let deadline: ContinuousClock.Instant
    let reactor: IOReactor

    func connect(to address: SocketAddress) async throws(LocalExchange.Failure) {
        if address.withPointer({ Glibc.connect(descriptor, $0, $1) }) == 0 { return }
        guard errno == EINPROGRESS else { throw Self.connectFailure(errno) }
        try await wait(for: .write)
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        if code != 0 { throw Self.connectFailure(code) }
    }

    func send(_ bytes: [UInt8]) async throws(LocalExchange.Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor,
                    buffer.baseAddress?.advanced(by: sent),
                    buffer.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count > 0 {
                sent += count
            } else if count < 0, errno == EAGAIN {
                try await wait(for: .write)
            } else if count < 0, errno != EINTR {
                throw errno == EPIPE || errno == ECONNRESET ? .closed : .failed(errno)
            }
        }
    }

    func receive(
        limit: Int,
        isComplete: (@Sendable ([UInt8]) -> Bool)?
    ) async throws(LocalExchange.Failure) -> [UInt8] {
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count > 0 {
                answer += chunk[..<count]
                if answer.count > limit { throw .tooLong }
                if let isComplete, isComplete(answer) { return answer }
            } else if count == 0 {
                if isComplete == nil { return answer }
                throw .closed
            } else if errno == EAGAIN {
                try await wait(for: .read)
            } else if errno == ECONNRESET {
                throw .closed
            } else if errno != EINTR {
                throw .failed(errno)
            }
        }
    }

    private func wait(for events: IOReactor.Events) async throws(LocalExchange.Failure) {
        do throws(IOReactor.WaitError) {
            _ = try await reactor.wait(descriptor: descriptor, for: events, until: deadline)
        } catch {
            throw error == .timedOut ? .timedOut : .cancelled
        }
    }

    /// EAGAIN of a Unix socket means a full backlog: somebody is there, but busy.
    private static func connectFailure(_ code: Int32) -> LocalExchange.Failure {
        [ENOENT, ECONNREFUSED, EAGAIN].contains(code) ? .notListening(code) : .failed(code)
    }
}
