import CSystemShims

/// What a crash may leave behind: a backtrace, and no memory.
public enum CrashGuard {
    /// Forbids core dumps, which would hold the key, and registers in backtraces, which point to it.
    ///
    /// Comes before the key is read. A backtrace is written to standard error when `SWIFT_BACKTRACE=enable=yes` was in
    /// the environment at the start of the process; it works for every user.
    ///
    /// - Throws: ``StartupError`` when the kernel refuses.
    public static func install() throws(StartupError) {
        guard csystem_guard_crashes() == 0 else {
            throw StartupError(.internal, "core dumps cannot be forbidden: \(SmallFile.errorText())")
        }
    }
}
