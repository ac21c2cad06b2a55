import Glibc

/// A TCP socket that listens and is handed to the process that serves it, again whenever that is started anew.
///
/// Between two processes connections wait in its queue, so nobody is refused.
public final class HeldListener: Sendable {
    /// Connections that wait; the system may set a lower bound (`net.core.somaxconn`).
    public static let backlog: Int32 = 1_024

    /// The socket; closed with this object.
    public let descriptor: Int32
    /// The port on which it listens.
    public let port: Int

    /// Listens on an address in numbers, or `localhost`; port 0 takes a free one.
    ///
    /// - Throws: `unavailable` when the address cannot be listened on.
    public init(host: String, port: Int) throws(SupervisionError) {
        guard let (descriptor, port) = TCPPort.listen(host: host, port: port, backlog: Self.backlog) else {
            throw SupervisionError(
                .unavailable,
                "Port \(port) of \(host) is taken by another program, or may not be listened on."
            )
        }
        self.descriptor = descriptor
        self.port = port
    }

    /// Refuses whoever waits and whoever connects from now on: nobody will serve them.
    public func refuse() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    deinit { close(descriptor) }
}
