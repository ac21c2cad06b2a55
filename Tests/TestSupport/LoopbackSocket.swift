import Glibc
import Supervision

/// TCP sockets of 127.0.0.1 for tests that listen or speak themselves; the caller closes them.
public enum LoopbackSocket {
    /// Why there is no socket.
    public struct Failure: Error, CustomStringConvertible {
        /// What went wrong.
        public let description: String
    }

    /// A port on which nobody listened a moment ago.
    public static func freePort() throws -> Int { try TCPPort.free(preferring: 0) }

    /// Listens on a port that the system chooses.
    public static func listening(backlog: Int32) throws -> (descriptor: Int32, port: Int) {
        guard let listener = TCPPort.listen(host: "127.0.0.1", port: 0, backlog: backlog) else {
            throw Failure(description: "no port to listen on")
        }
        return listener
    }

    /// Connects; reading fails with `EAGAIN` when nothing comes for 30 seconds.
    public static func connected(to port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw Failure(description: "connect: \(String(cString: strerror(errno)))")
        }
        return descriptor
    }
}
