import Glibc
@testable import Postgres

/// A TCP port that accepts connections and never says anything.
final class ListeningSocket: Sendable {
    struct Failure: Error {}

    let port: UInt16
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            return bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
        guard bound, listen(descriptor, 8) == 0 else { throw Failure() }
    }

    deinit { close(descriptor) }

    /// A port on which nobody listens.
    static func closedPort() throws -> UInt16 { try ListeningSocket().port }

    /// Whether somebody has connected.
    var hasGuest: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}

extension PostgresConfiguration {
    /// Where the server's Unix socket is, if it is reached by one.
    var socketDirectoryAndPort: (directory: String, port: String, user: String)? {
        guard let host = effective("host"), host.hasPrefix("/"), let user = effective("user") else { return nil }
        return (host, effective("port") ?? "5432", user)
    }
}
