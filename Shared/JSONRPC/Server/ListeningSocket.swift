import Glibc

/// A listening Unix socket and the lock that makes its path belong to one process.
///
/// The lock file stays when the process ends: removing it would let two processes hold locks on different files of one
/// name. The kernel gives the lock back when the process dies, however it dies.
final class ListeningSocket: Sendable {
    let path: String
    /// Non-blocking and close-on-exec; whoever accepts connections takes it over and closes it.
    let descriptor: Int32
    private let lock: Int32

    /// Takes the lock, removes a socket that nobody serves, and listens with mode 0600.
    init(path: String) throws(JSONRPCServerError) {
        self.path = path
        let lock = try Self.takeLock(of: path)
        do {
            try Self.removeStaleSocket(path)
            descriptor = try Self.listen(path)
        } catch {
            close(lock)
            throw error
        }
        self.lock = lock
    }

    /// Takes the path away, so that clients see at once that nobody listens.
    func removePath() { unlink(path) }

    /// Lets another process have the path.
    func releaseLock() { close(lock) }

    // MARK: Steps

    private static func takeLock(of path: String) throws(JSONRPCServerError) -> Int32 {
        guard path.utf8.count <= JSONRPCLimits.pathBytes else {
            throw JSONRPCServerError(
                code: .pathTooLong,
                message:
                    "\(path) has \(path.utf8.count) bytes; a socket's path has at most \(JSONRPCLimits.pathBytes). "
                    + "Choose a shorter RUNTIME_DIR."
            )
        }
        let lockPath = (path.hasSuffix(".sock") ? String(path.dropLast(5)) : path) + ".lock"
        let lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw unavailable("open", lockPath) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let error = unavailable("lock", lockPath)
            let holder = processID(in: lock)
            close(lock)
            throw isHeld ? alreadyRunning(path, holder) : error
        }
        let text = "\(getpid())\n"
        _ = ftruncate(lock, 0)
        _ = text.withCString { pwrite(lock, $0, strlen($0), 0) }
        return lock
    }

    private static func processID(in lock: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(lock, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "" : ", pid \(String(decoding: digits, as: UTF8.self))"
    }

    /// Under the lock a socket file is a leftover, unless a process that knows no lock serves it.
    private static func removeStaleSocket(_ path: String) throws(JSONRPCServerError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw JSONRPCServerError(
                code: .unavailable,
                message: "\(path) exists and is no socket; move it away or choose another RUNTIME_DIR."
            )
        }
        let probe = socket(AF_UNIX, streamType, 0)
        guard probe >= 0 else { throw unavailable("test", path) }
        defer { close(probe) }
        let isServed = withAddress(path) { connect(probe, $0, $1) } == 0 || errno == EAGAIN
        if isServed { throw alreadyRunning(path, "") }
        guard unlink(path) == 0 else { throw unavailable("remove", path) }
    }

    private static func listen(_ path: String) throws(JSONRPCServerError) -> Int32 {
        let descriptor = socket(AF_UNIX, streamType, 0)
        guard descriptor >= 0 else { throw unavailable("create", path) }
        // On Linux bind(2) gives the file the mode of the socket, so there is no instant with wider rights, and no need
        // to change the umask, which other threads share.
        guard fchmod(descriptor, 0o600) == 0, withAddress(path, { bind(descriptor, $0, $1) }) == 0,
            Glibc.listen(descriptor, Int32(JSONRPCLimits.backlog)) == 0
        else {
            let error = unavailable("listen on", path)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static var streamType: Int32 {
        Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }  // the rest stays zero
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func unavailable(_ verb: String, _ path: String) -> JSONRPCServerError {
        let reason = String(cString: strerror(errno))
        return JSONRPCServerError(code: .unavailable, message: "Cannot \(verb) \(path): \(reason).")
    }

    private static func alreadyRunning(_ path: String, _ holder: String) -> JSONRPCServerError {
        JSONRPCServerError(
            code: .alreadyRunning,
            message:
                "\(path) is served by a process that is already running\(holder); stop it or choose another instance."
        )
    }
}
