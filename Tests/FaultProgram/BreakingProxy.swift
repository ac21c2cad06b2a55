import Glibc
import Reactor
import TestSupport

/// Stands before a server on a Unix socket of its own, and can cut or delay all that passes.
final class BreakingProxy: Sendable {
    private struct State {
        var connections: Set<Int32> = []
        var delay: UInt32 = 0
    }

    private let target: String
    private let state = Lock(State())

    /// Listens at `path`, in a directory that is made when missing.
    init(at path: String, to target: String) throws {
        self.target = target
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        mkdir(folder, 0o711)
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard RelaySocket.withAddress(path, { bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0 else {
            throw FaultFailure("the proxy cannot listen at \(path): \(String(cString: strerror(errno)))")
        }
        RelaySocket.thread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                serve(client)
            }
        }
    }

    /// Breaks every connection; new ones are let in.
    func cut() {
        // Under the lock, which whoever closes a descriptor takes first: its number then belongs to nobody else yet.
        state.withLock { state in
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    /// Holds everything that passes back for some milliseconds, in each direction.
    func delay(milliseconds: UInt32) { state.withLock { $0.delay = milliseconds } }

    /// Lets everything pass again.
    func mend() { delay(milliseconds: 0) }

    private func serve(_ client: Int32) {
        let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard RelaySocket.withAddress(target, { connect(server, $0, $1) }) == 0 else {
            close(client)
            close(server)
            return
        }
        state.withLock { $0.connections.formUnion([client, server]) }
        let running = Lock(2)
        for (source, sink) in [(client, server), (server, client)] {
            RelaySocket.thread { [self] in
                relay(from: source, to: sink)
                let isLast = running.withLock { running in
                    running -= 1
                    return running == 0
                }
                if isLast { end(client, server) }
            }
        }
    }

    private func end(_ client: Int32, _ server: Int32) {
        state.withLock { state in
            state.connections.subtract([client, server])
            close(client)
            close(server)
        }
    }

    private func relay(from source: Int32, to sink: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0 else { break }
            let delay = state.withLock { $0.delay }
            if delay > 0 { usleep(delay * 1_000) }  // a thread of its own, whose task is to be late
            var sent = 0
            while sent < count {
                let size = buffer.withUnsafeBytes {
                    send(
                        sink,
                        $0.baseAddress.map { $0 + sent },
                        count - sent,
                        Int32(truncatingIfNeeded: MSG_NOSIGNAL)
                    )
                }
                guard size > 0 else { break }
                sent += size
            }
            if sent < count { break }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(sink, Int32(SHUT_RDWR))
    }
}

/// Why the program cannot go on.
struct FaultFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
