/// What came of storing a match body.
public struct StoredMatch: Sendable, Equatable {
    /// Whether this call brought it.
    public enum Outcome: Sendable {
        /// Its rows, its body and the marks of the ledger were written.
        case stored
        /// Somebody was first; only the marks of the ledger were written.
        case alreadyHeld
    }

    /// Whether this call brought it.
    public let outcome: Outcome
    /// Some task waits for the match's timeline.
    public let timelineWanted: Bool
}

/// What came of storing a timeline.
public struct StoredTimeline: Sendable, Equatable {
    /// Whether this call brought it.
    public let outcome: StoredMatch.Outcome
}
