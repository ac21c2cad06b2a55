import Glibc

/// A TCP port of the loopback interface that takes connections and never says anything.
public final class SilentListener: Sendable {
    /// The system refused.
    public struct Failure: Error {}

    /// The port.
    public let port: Int
    private let descriptor: Int32

    /// Begins to listen.
    public init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = try ScratchRedis.freePort()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        let descriptor = descriptor
        let isBound = withUnsafeBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            return bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
        guard isBound, listen(descriptor, 16) == 0 else { throw Failure() }
    }

    deinit { close(descriptor) }
}
