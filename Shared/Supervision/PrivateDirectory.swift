public import Glibc

/// Directories that only their owner may use.
public enum PrivateDirectory {
    /// Makes a directory and what is missing above it, owned by `account` or by ourselves, with the given mode.
    ///
    /// Directories that exist already keep owner and mode, except the last one.
    public static func make(
        _ path: String,
        mode: mode_t = 0o700,
        account: ServiceAccount? = nil
    ) throws(SupervisionError) {
        guard path.hasPrefix("/") else {
            throw SupervisionError(.invalid, "'\(path)' must be an absolute path.")
        }
        try makeParents(of: path)
        if mkdir(path, mode) != 0, errno != EEXIST { throw failure("made", path) }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw SupervisionError(.unavailable, "\(path) is not a directory.")
        }
        if let account, status.st_uid != account.userID, chown(path, account.userID, account.groupID) != 0 {
            throw failure("given to the user \(account.name)", path)
        }
        guard account != nil || status.st_uid == geteuid() else {
            throw SupervisionError(
                .unavailable,
                "\(path) belongs to somebody else (user id \(status.st_uid)); choose another directory."
            )
        }
        if status.st_mode & 0o7777 != mode, chmod(path, mode) != 0 { throw failure("protected", path) }
    }

    /// Makes a directory when it is missing; one that exists must be ours and is otherwise left as it is.
    ///
    /// For directories that people name: their mode is not ours to change.
    public static func adopt(_ path: String, mode: mode_t) throws(SupervisionError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return try make(path, mode: mode) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw SupervisionError(.unavailable, "\(path) is not a directory.")
        }
        guard status.st_uid == geteuid() else {
            throw SupervisionError(
                .unavailable,
                "\(path) belongs to somebody else (user id \(status.st_uid)); choose another directory."
            )
        }
        guard mode != 0o700 || status.st_mode & 0o077 == 0 else {
            throw SupervisionError(.unavailable, "\(path) can be entered by others; make it private: chmod 700 \(path)")
        }
    }

    /// Makes sure that a user can reach a directory of his through all directories above it.
    public static func requireReachable(_ path: String, by account: ServiceAccount) throws(SupervisionError) {
        var partial = ""
        for part in path.split(separator: "/").dropLast() {
            partial += "/" + part
            var status = stat()
            guard stat(partial, &status) == 0 else { throw failure("looked at", partial) }
            let mayEnter: mode_t =
                status.st_uid == account.userID ? S_IXUSR : status.st_gid == account.groupID ? S_IXGRP : S_IXOTH
            guard status.st_mode & mayEnter != 0 else {
                throw SupervisionError(
                    .unavailable,
                    "PostgreSQL runs as the user \(account.name), who may not enter \(partial); choose another "
                        + "directory, or let him through: chmod o+x \(partial)"
                )
            }
        }
    }

    /// Root's may be entered by others, because PostgreSQL runs as another user and may live below them.
    private static func makeParents(of path: String) throws(SupervisionError) {
        let mode: mode_t = geteuid() == 0 ? 0o711 : 0o700
        var partial = ""
        for part in path.split(separator: "/").dropLast() {
            partial += "/" + part
            guard access(partial, F_OK) != 0 else { continue }
            if mkdir(partial, mode) == 0 {
                if chmod(partial, mode) != 0 { throw failure("protected", partial) }  // the umask took bits away
            } else if errno != EEXIST {
                throw failure("made", partial)
            }
        }
    }

    private static func failure(_ what: String, _ path: String) -> SupervisionError {
        SupervisionError(.unavailable, "The directory \(path) cannot be \(what): \(String(cString: strerror(errno))).")
    }
}
