import Glibc

/// What defaults depend on: the user, the terminal, the present year.
struct HostFacts: Sendable {
    /// The effective user id; 0 is root.
    var userID: UInt32
    /// Whether standard error is a terminal.
    var isErrorTerminal: Bool
    /// Epoch milliseconds, for the newest year that a request may name.
    var nowMilliseconds: Int64

    /// The facts of this process.
    static func current() -> HostFacts {
        HostFacts(
            userID: geteuid(),
            isErrorTerminal: isatty(STDERR_FILENO) == 1,
            nowMilliseconds: EpochTime.now()
        )
    }
}
