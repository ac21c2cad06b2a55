import Glibc

/// How a process ended.
public enum ProcessExit: Sendable, Hashable, CustomStringConvertible {
    /// It returned this code.
    case exited(Int32)
    /// This signal ended it.
    case signaled(Int32)

    /// Whether starting it again cannot help: usage (64) and configuration (78) of sysexits(3).
    public var isFinal: Bool { self == .exited(EX_USAGE) || self == .exited(EX_CONFIG) }

    /// A few words for a status line.
    public var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let number): "signal \(number) (\(Self.name(ofSignal: number)))"
        }
    }

    private static func name(ofSignal number: Int32) -> String {
        String(cString: strsignal(number))
    }
}
