import Glibc
import NIOCore

/// The other end of a connection, as far as limits care.
struct ClientAddress: Hashable, Sendable {
    /// The address without its port; empty when unknown.
    ///
    /// Of IPv6 it is the first 64 bits, because a client has all addresses under them.
    let text: String
    /// The client is on this host: limits do not apply to it.
    let isLoopback: Bool

    /// A connection without an address is a Unix socket.
    init(_ address: SocketAddress?) { self.init(ip: address?.ipAddress) }

    /// An address in its text form; nil is a Unix socket.
    init(ip: String?) {
        var bytes = [UInt8](repeating: 0, count: 16)
        switch ip {
        case nil: self.init("", isLoopback: true)
        case .some(let ip) where inet_pton(AF_INET, ip, &bytes) == 1: self.init(ipv4: bytes[..<4])
        case .some(let ip) where inet_pton(AF_INET6, ip, &bytes) == 1: self.init(ipv6: bytes)
        case .some(let ip): self.init(ip, isLoopback: false)
        }
    }

    private init(_ text: String, isLoopback: Bool) {
        self.text = text
        self.isLoopback = isLoopback
    }

    private init(ipv4 bytes: ArraySlice<UInt8>) {
        self.init(bytes.map(String.init).joined(separator: "."), isLoopback: bytes.first == 127)
    }

    private init(ipv6 bytes: [UInt8]) {
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10...11].allSatisfy { $0 == 0xFF }
        guard !isMapped else {
            self.init(ipv4: bytes[12...])
            return
        }
        let groups = stride(from: 0, to: 8, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let network = groups.map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
        self.init(network, isLoopback: bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1)
    }
}
