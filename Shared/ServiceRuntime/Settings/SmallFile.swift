import Glibc

/// Reads files that are a page or two: a key, a configuration, an entry under `/proc`.
enum SmallFile {
    /// Why a file could not be read: the end of a sentence that begins with its path.
    struct Failure: Error, Equatable {
        let reason: String
    }

    /// All bytes of the file, or a failure when it is longer than `maximumBytes`.
    ///
    /// Blocks for as long as the file system does: for start-up and `/proc` only.
    static func read(_ path: String, maximumBytes: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(reason: "cannot be opened: \(errorText())") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Failure(reason: "cannot be read: \(errorText())") }
            if count == 0 { break }
            filled += count
        }
        guard filled <= maximumBytes else { throw Failure(reason: "is longer than \(maximumBytes) bytes") }
        return Array(bytes[..<filled])
    }

    static func errorText() -> String { String(cString: strerror(errno)) }
}
