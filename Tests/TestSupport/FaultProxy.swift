import Glibc
public import Postgres
import Reactor

/// Stands between a client and the real server on a Unix socket of its own, and breaks what passes.
public final class FaultProxy: Sendable {
    /// What breaks.
    public enum Fault: Sendable {
        /// Closes both sides when that many bytes of the server have passed.
        case cutAfter(bytes: Int)
        /// Closes both sides when that many bytes of the client have passed.
        case cutAfterSent(bytes: Int)
        /// Passes nothing of the client any more after that many bytes; what the server says goes on to it.
        case holdAfterSent(bytes: Int)
        /// Passes nothing any more, in either direction, once the client has sent this text; closes nothing.
        case stallAfter(text: String)
    }

    /// The proxy cannot be made: the server is not reached through a Unix socket, or a system call failed.
    public struct Failure: Error {}

    /// How to reach the server through this proxy.
    public let configuration: PostgresConfiguration
    private let fault: Fault
    private let directory: String
    private let listener: Int32
    private let target: String
    private let passed = Lock(0)
    private let sent = Lock(0)

    /// Listens in a directory of its own; the proxy ends when nobody refers to it any more.
    public init(to server: PostgresConfiguration, fault: Fault) throws {
        guard server.endpoint.hasPrefix("/"), !server.endpoint.contains(",") else { throw Failure() }
        var template = Array("/tmp/riftsync-proxy-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure() }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        target = server.endpoint
        self.fault = fault
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        guard RelaySocket.withAddress("\(directory)/.s.PGSQL.5432", { bind(listener, $0, $1) }) == 0,
            listen(listener, 8) == 0
        else { throw Failure() }
        // What stands later in a URI wins.
        let start = server.uri.contains("?") ? "&" : "?"
        configuration = try PostgresConfiguration(
            url: server.uri + "\(start)host=\(directory)&port=5432",
            applicationName: "behind-a-proxy"
        )
        RelaySocket.thread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { break }
                if let self { self.serve(client) } else { close(client) }
            }
            close(listener)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))  // ends the thread, which closes it
        unlink("\(directory)/.s.PGSQL.5432")
        rmdir(directory)
    }

    /// Bytes of the server that have passed so far, over all connections.
    public var passedBytes: Int { passed.withLock { $0 } }
    /// Bytes of the client that have passed so far, over all connections.
    public var sentBytes: Int { sent.withLock { $0 } }
    /// Whether bytes of the client are held back.
    public var isHolding: Bool {
        if case .holdAfterSent(let limit) = fault { sentBytes >= limit } else { false }
    }

    private func serve(_ client: Int32) {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard RelaySocket.withAddress(target, { connect(server, $0, $1) }) == 0 else {
            close(client)
            return
        }
        let stalled = Lock(false)
        let running = Lock(2)
        // The last of the two closes: a closed descriptor may belong to somebody else a moment later.
        let closeLast: @Sendable () -> Void = {
            let isLast = running.withLock { running in
                running -= 1
                return running == 0
            }
            guard isLast else { return }
            close(server)
            close(client)
        }
        RelaySocket.thread { [self] in
            defer { closeLast() }
            relay(from: client, to: server) { bytes in
                if case .stallAfter(let text) = fault, String(decoding: bytes, as: UTF8.self).contains(text) {
                    stalled.withLock { $0 = true }
                }
                return stalled.withLock { $0 } ? nil : passSent(bytes.count)
            }
        }
        RelaySocket.thread { [self] in
            defer { closeLast() }
            relay(from: server, to: client) { bytes in
                if stalled.withLock({ $0 }) { return nil }
                return passed.withLock { passed in
                    var allowed = bytes.count
                    if case .cutAfter(let limit) = fault { allowed = min(allowed, limit - passed) }
                    passed += allowed
                    return allowed
                }
            }
        }
    }

    /// How many of the client's next bytes may pass; nil holds them back.
    private func passSent(_ count: Int) -> Int? {
        sent.withLock { sent in
            var allowed: Int? = count
            switch fault {
            case .cutAfterSent(let limit): allowed = min(count, limit - sent)
            case .holdAfterSent(let limit): allowed = sent >= limit ? nil : min(count, limit - sent)
            default: break
            }
            sent += allowed ?? 0
            return allowed
        }
    }

    /// Moves bytes until one side ends; `decide` says how many may pass, fewer than all ends it, nil swallows them.
    private func relay(from source: Int32, to sink: Int32, _ decide: (ArraySlice<UInt8>) -> Int?) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { break }
            guard let allowed = decide(buffer[..<count]) else { continue }
            if allowed > 0, send(sink, buffer, allowed, Int32(truncatingIfNeeded: MSG_NOSIGNAL)) < allowed { break }
            if allowed < count, !isHolding { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(sink, Int32(SHUT_RDWR))
    }
}
