import Glibc

/// A TCP port of the loopback interface that takes connections and never says anything.
public final class SilentListener: Sendable {
    /// The port.
    public let port: Int
    private let descriptor: Int32

    /// Begins to listen.
    public init() throws { (descriptor, port) = try LoopbackSocket.listening(backlog: 16) }

    deinit { close(descriptor) }

    /// Whether somebody has connected.
    public var hasGuest: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }
}
