/// What an erasure removes, or would remove.
public struct ErasureCounts: Sendable, Equatable {
    /// Matches and timelines that he is in; they stay, without him.
    public var matches = 0
    /// His rows in them, which lose name and number.
    public var participants = 0
    /// Bodies as received that hold him.
    public var rawBodies = 0
    /// Their bytes.
    public var rawBytes: Int64 = 0
    /// Tasks that were started for him.
    public var tasks = 0
    /// Lines of their ledgers.
    public var ledgerItems = 0
    /// Rows that are only about him: profiles, ranks, figures of years, former names.
    public var ownRows = 0
    /// Bodies that could not be understood and hold him, or cannot be read at all.
    public var rejectedBodies = 0
    /// Records of failures and of the schedule that name him.
    public var records = 0

    /// The lines of a table.
    public var lines: [(what: String, count: Int64)] {
        [
            ("matches and timelines he is in, which stay without him", Int64(matches)),
            ("his rows in them, which lose name and number", Int64(participants)),
            ("bodies as received", Int64(rawBodies)),
            ("bytes of them", rawBytes),
            ("tasks", Int64(tasks)),
            ("lines of their ledgers", Int64(ledgerItems)),
            ("profiles, ranks, figures and former names", Int64(ownRows)),
            ("bodies that were refused", Int64(rejectedBodies)),
            ("records of failures", Int64(records)),
        ]
    }
}
