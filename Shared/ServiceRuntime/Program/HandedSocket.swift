import FoundationEssentials
import Glibc

/// The listening socket that a supervisor holds and hands over, as sd_listen_fds(3) describes: `LISTEN_FDS` sockets
/// from descriptor 3 on, meant for the process whose id is `LISTEN_PID`.
///
/// While one process with it ends and the next one starts, connections wait in the socket's queue.
public enum HandedSocket {
    /// The first descriptor that is handed over.
    private static let first: Int32 = 3

    /// The socket that was handed to this process; nil when there is none.
    ///
    /// - Throws: ``StartupError`` 78 when what was handed over is not one listening socket.
    public static func take() throws(StartupError) -> Int32? {
        try take(ProcessInfo.processInfo.environment, process: getpid())
    }

    static func take(_ environment: [String: String], process: pid_t) throws(StartupError) -> Int32? {
        // A child of the process that it was meant for inherits the environment, and must not take it.
        guard let count = environment["LISTEN_FDS"], environment["LISTEN_PID"] == String(process) else { return nil }
        guard count == "1" else {
            throw .configuration("LISTEN_FDS is \(count): one listening socket can be handed over, not more or fewer.")
        }
        var isListening: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(first, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0, isListening == 1 else {
            throw .configuration("LISTEN_FDS is 1, but descriptor \(first) is not a listening socket.")
        }
        _ = fcntl(first, F_SETFD, FD_CLOEXEC)
        return first
    }
}
