import Glibc
import ServiceRuntime

/// Where an export goes: standard output, or a new file that only its owner can read.
final class LineOutput: Sendable {
    private let descriptor: Int32
    private let isFile: Bool

    /// Creates the file; one that is there already is left alone.
    init(path: String?) throws(CommandFailure) {
        isFile = path != nil
        guard let path else {
            descriptor = STDOUT_FILENO
            return
        }
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = errno == EEXIST ? "it exists already" : String(cString: strerror(errno))
            throw CommandFailure(.unavailable, "\(path) cannot be written: \(reason).")
        }
    }

    deinit { if isFile { close(descriptor) } }

    /// Writes a line.
    func write(_ line: String) throws(CommandFailure) {
        var rest = Array((line + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw CommandFailure(.unavailable, "The export cannot be written: \(String(cString: strerror(errno))).")
            }
            rest = rest.dropFirst(count)
        }
    }
}
