public import Glibc

/// A user of this machine that a server runs as.
public struct ServiceAccount: Sendable, Hashable {
    /// The login name.
    public let name: String
    /// The numeric user id.
    public let userID: uid_t
    /// The numeric id of the user's own group.
    public let groupID: gid_t

    /// Looks a user up; `nil` when the machine has none of that name.
    public init?(named name: String) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 * 1024)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        self.name = name
        self.userID = entry.pw_uid
        self.groupID = entry.pw_gid
    }

    /// A command line that runs a program as this user and as nobody else.
    ///
    /// `setpriv` and not a change of user after fork: in a child of a process with threads glibc's setuid(3) family may
    /// wait for ever for a thread that was just starting and does not exist in the child (seen once in 40 starts).
    func command(
        _ program: String,
        _ arguments: [String],
        directories: [String]
    ) throws(SupervisionError) -> (program: String, arguments: [String]) {
        guard let setpriv = ProgramPath.find("setpriv", in: directories) else {
            throw SupervisionError(.unavailable, "setpriv is not installed; it is in the package util-linux.")
        }
        let identity = ["--reuid", "\(userID)", "--regid", "\(groupID)", "--clear-groups", "--no-new-privs"]
        return (setpriv, identity + ["--", program] + arguments)
    }

    /// Who runs a PostgreSQL that we start: nobody else than ourselves, unless we are root, which PostgreSQL refuses.
    ///
    /// - Throws: `unavailable` when we are root and the machine has no user `postgres`.
    public static func forPostgres() throws(SupervisionError) -> ServiceAccount? {
        guard geteuid() == 0 else { return nil }
        guard let account = ServiceAccount(named: "postgres") else {
            throw SupervisionError(
                .unavailable,
                "PostgreSQL does not run as root and this machine has no user 'postgres'; install the package "
                    + "postgresql, which creates it, or start this as an ordinary user."
            )
        }
        return account
    }
}
