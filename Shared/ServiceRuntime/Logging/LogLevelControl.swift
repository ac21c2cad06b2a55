public import Logging
import Synchronization

/// The least severe level that the loggers of this process write, changeable while it runs.
public final class LogLevelControl: Sendable {
    private let rawLevel: Atomic<Int>

    /// Starts at `level`.
    public init(_ level: Logger.Level) {
        rawLevel = Atomic(Self.index(of: level))
    }

    /// The level in force.
    public var level: Logger.Level {
        get { Logger.Level.allCases[rawLevel.load(ordering: .relaxed)] }
        set { rawLevel.store(Self.index(of: newValue), ordering: .relaxed) }
    }

    private static func index(of level: Logger.Level) -> Int {
        Logger.Level.allCases.firstIndex(of: level) ?? 0
    }
}
