import Glibc

/// The directory of the Unix sockets, which only its owner may enter.
enum RuntimeDirectory {
    /// Makes the directory when it is missing, and refuses one that others could enter.
    ///
    /// - Throws: ``StartupError`` with `.configuration`, naming the path and what to do.
    static func prepare(_ path: String) throws(StartupError) {
        try makeParents(of: path)
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw .configuration("RUNTIME_DIR \(path) cannot be made: \(SmallFile.errorText())")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else {
            throw .configuration("RUNTIME_DIR \(path) cannot be looked at: \(SmallFile.errorText())")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw .configuration("RUNTIME_DIR \(path) is not a directory; name one, or remove what is there")
        }
        guard status.st_uid == geteuid() else {
            throw .configuration(
                "RUNTIME_DIR \(path) belongs to user \(status.st_uid) and this is user \(geteuid()); name another one"
            )
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .configuration("RUNTIME_DIR \(path) can be entered by others; make it private: chmod 700 \(path)")
        }
    }

    private static func makeParents(of path: String) throws(StartupError) {
        let parts = path.split(separator: "/").dropLast()
        var parent = ""
        for part in parts {
            parent += "/" + part
            if mkdir(parent, 0o755) != 0, errno != EEXIST, errno != EROFS, errno != EACCES {
                throw .configuration("\(parent), above RUNTIME_DIR, cannot be made: \(SmallFile.errorText())")
            }
        }
    }
}
