import Glibc
import SystemPackage

/// The file that takes what a process prints.
///
/// The process writes into it directly, so it keeps its log when we die. Its size is bounded by `trim`: what was written
/// so far moves to `<path>.1` and the file starts anew.
public struct LogFile: Sendable {
    /// Where it is.
    public let path: String

    /// Names a log file; nothing is opened yet.
    public init(path: String) { self.path = path }

    /// Opens it for appending, mode 0600, not inherited by other processes.
    func open() throws(SupervisionError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.append, .create, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
        } catch {
            throw SupervisionError(.unavailable, "The log file \(path) cannot be written: \(error).")
        }
    }

    /// Moves what is older aside when the file has outgrown `limit` bytes.
    ///
    /// The writer holds the file open with `O_APPEND`, so it is copied and cut rather than renamed; lines written in
    /// the instant between are lost. Blocks for the copy: callers run it away from the cooperative pool.
    ///
    /// - Returns: Whether anything was moved.
    @discardableResult
    func trim(limit: Int) -> Bool {
        guard size > limit, let source = try? FileDescriptor.open(FilePath(path), .readWrite, options: [.closeOnExec])
        else { return false }
        defer { try? source.close() }
        guard
            let target = try? FileDescriptor.open(
                FilePath(path + ".1"),
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
        else { return false }
        defer { try? target.close() }
        let kept = limit
        var offset = off_t(max(0, size - kept))
        var left = kept
        while left > 0 {
            let count = sendfile(target.rawValue, source.rawValue, &offset, left)
            guard count > 0 else { break }
            left -= count
        }
        return ftruncate(source.rawValue, 0) == 0
    }

    /// How many bytes it holds.
    public var size: Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Its last lines, read from at most the last 16 KiB.
    public func lastLines(_ count: Int) -> [String] {
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec]) else { return [] }
        defer { try? file.close() }
        let window = 16 * 1024
        let start = max(0, size - window)
        var buffer = [UInt8](repeating: 0, count: window)
        let read =
            (try? buffer.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: Int64(start), into: $0) }) ?? 0
        var lines = buffer[..<read].split(separator: UInt8(ascii: "\n"))
        if start > 0, lines.count > 1 { lines.removeFirst() }  // begins in the middle
        return lines.suffix(count).map { String(decoding: $0, as: UTF8.self) }
    }
}
