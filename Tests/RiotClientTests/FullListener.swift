import Glibc

/// A port of the loopback interface that answers no attempt to connect: its queue is full, and nobody accepts.
final class FullListener: Sendable {
    let port: UInt16
    private let descriptors: [Int32]

    init() {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var descriptors = [listener]
        port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                precondition(bind(listener, raw, length) == 0 && listen(listener, 0) == 0, "no port to listen on")
                precondition(getsockname(listener, raw, &length) == 0, "getsockname(2) failed")
                // A backlog of 0 holds one connection; Linux drops the first packet of all others.
                for _ in 0..<3 {
                    let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
                    connect(filler, raw, length)
                    descriptors.append(filler)
                }
            }
            return UInt16(bigEndian: $0.pointee.sin_port)
        }
        self.descriptors = descriptors
    }

    deinit { descriptors.forEach { close($0) } }
}
