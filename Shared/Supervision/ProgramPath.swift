import Glibc

/// Finds programs of the system.
enum ProgramPath {
    /// The directories that are searched when a program is not in `PATH`; Debian keeps some out of an ordinary user's.
    static let usual = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"]

    /// Where a program is, or `nil`.
    static func find(_ name: String, in directories: [String]) -> String? {
        directories.lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// The directories of a `PATH` value and the usual ones.
    static func directories(environment: [String: String]) -> [String] {
        (environment["PATH"] ?? "").split(separator: ":").map(String.init).filter { $0.hasPrefix("/") } + usual
    }
}
