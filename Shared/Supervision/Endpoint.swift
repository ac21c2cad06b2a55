/// Where a local server listens.
public enum Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// A Unix socket.
    case unix(path: String)
    /// An IPv4 or IPv6 address in numbers (or `localhost`) and a TCP port.
    case tcp(host: String, port: Int)

    /// How people write it.
    public var description: String {
        switch self {
        case .unix(let path): path
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}
