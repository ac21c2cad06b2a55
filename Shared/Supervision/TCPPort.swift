import Glibc

/// TCP ports of this machine.
public enum TCPPort {
    /// Whether a server could listen there now.
    public static func isFree(host: String, port: Int) -> Bool { bound(host: host, port: port) != nil }

    /// A port of 127.0.0.1 on which nobody listens: the preferred one when it is free.
    ///
    /// Nothing keeps it free until it is used.
    ///
    /// - Throws: `unavailable` when the system has none left.
    public static func free(preferring preferred: Int) throws(SupervisionError) -> Int {
        guard let port = bound(host: "127.0.0.1", port: preferred) ?? bound(host: "127.0.0.1", port: 0) else {
            throw SupervisionError(.unavailable, "There is no free TCP port on 127.0.0.1.")
        }
        return port
    }

    /// Binds for a moment and tells the port; `nil` when that is not possible.
    private static func bound(host: String, port: Int) -> Int? {
        guard let (descriptor, port) = listen(host: host, port: port, backlog: 1) else { return nil }
        close(descriptor)
        return port
    }

    /// Listens and tells the socket, which the caller closes, and its port; `nil` when that is not possible.
    package static func listen(host: String, port: Int, backlog: Int32) -> (descriptor: Int32, port: Int)? {
        guard let address = try? SocketAddress(.tcp(host: host, port: port)) else { return nil }
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var yes: Int32 = 1  // as servers do, so that connections that are still closing do not count
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, backlog) == 0,
            let port = boundPort(descriptor)
        else {
            close(descriptor)
            return nil
        }
        return (descriptor, port)
    }

    private static func boundPort(_ descriptor: Int32) -> Int? {
        var name = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard getsockname(descriptor, generic, &length) == 0 else { return nil }
                // The port stands at the same place in both families.
                return generic.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    Int(in_port_t(bigEndian: $0.pointee.sin_port))
                }
            }
        }
    }
}
