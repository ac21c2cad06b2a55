import Glibc

/// The right to run a stack in one runtime directory; held by one process at a time and given back when it dies.
public struct StackLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock `stack.lock` of a directory.
    ///
    /// - Throws: `inUse` when another process holds it.
    public init(runtimeDirectory: String) throws(SupervisionError) {
        let path = runtimeDirectory + "/stack.lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SupervisionError(.unavailable, "\(path) cannot be opened: \(String(cString: strerror(errno))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw SupervisionError(.inUse, "A stack runs already in \(runtimeDirectory).")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
