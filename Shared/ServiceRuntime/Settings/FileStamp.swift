import Glibc

/// What tells one state of a file from another without reading it.
enum FileStamp: Equatable, Sendable {
    /// There is a file; replacing, rewriting and a change of its permissions each make another value.
    case present(Identity)
    /// There is none that can be seen, for this `errno`.
    case absent(Int32)

    /// The members of stat(2) that change with the file.
    struct Identity: Equatable, Sendable {
        let device: UInt
        let inode: UInt
        let size: Int
        let modified: Time
        let changed: Time
        let isRegular: Bool
    }

    /// A time of stat(2).
    struct Time: Equatable, Sendable {
        let seconds: Int
        let nanoseconds: Int

        init(_ time: timespec) { (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec) }
    }

    /// The present state of the file at `path`, links followed; blocks for as long as the file system does.
    static func of(_ path: String) -> FileStamp {
        var status = stat()
        guard stat(path, &status) == 0 else { return .absent(errno) }
        return .present(
            Identity(
                device: UInt(status.st_dev),
                inode: UInt(status.st_ino),
                size: Int(status.st_size),
                modified: Time(status.st_mtim),
                changed: Time(status.st_ctim),
                isRegular: status.st_mode & S_IFMT == S_IFREG
            )
        )
    }
}
