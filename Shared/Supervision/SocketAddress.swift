import Glibc

/// A socket address in the form that system calls take.
struct SocketAddress {
    /// The longest path that fits in `sun_path` with its closing NUL (unix(7)).
    static let longestUnixPath = 107

    private(set) var family: Int32 = AF_UNSPEC
    private var storage = sockaddr_storage()
    private var length: socklen_t = 0

    init(_ endpoint: Endpoint) throws(LocalExchange.Failure) {
        switch endpoint {
        case .unix(let path): try fill(path: path)
        case .tcp(let host, let port): try fill(host: host == "localhost" ? "127.0.0.1" : host, port: port)
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    private mutating func fill(path: String) throws(LocalExchange.Failure) {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        guard bytes.count <= Self.longestUnixPath, !bytes.isEmpty else { throw .failed(ENAMETOOLONG) }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        set(address, AF_UNIX)
    }

    private mutating func fill(host: String, port: Int) throws(LocalExchange.Failure) {
        guard let port = in_port_t(exactly: port) else { throw .failed(EINVAL) }
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            set(v4, AF_INET)
        } else if inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            set(v6, AF_INET6)
        } else {
            throw .failed(EADDRNOTAVAIL)
        }
    }

    private mutating func set<Address>(_ address: Address, _ family: Int32) {
        self.family = family
        length = socklen_t(MemoryLayout<Address>.size)
        withUnsafeMutableBytes(of: &storage) { target in
            withUnsafeBytes(of: address) { target.copyMemory(from: $0) }
        }
    }
}
