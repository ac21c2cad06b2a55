public import RiotModels

/// A body that could not be understood, without its bytes.
public struct RejectedBody: Sendable, Equatable {
    /// Whether it should have been a match or a timeline.
    public let kind: FetchKind
    /// The match that it is of.
    public let id: MatchID
    /// The parser that refused it last.
    public let parserVersion: Int
    /// How often it was refused.
    public let attempts: Int
    /// When it was refused first, epoch milliseconds.
    public let firstSeenAt: Int64
    /// When it was received last, epoch milliseconds; of a body that is held, when it was refused last.
    public let lastSeenAt: Int64
    /// What is wrong, without a quotation of the body.
    public let reason: String
    /// Where in the body: a path, or a byte offset.
    public let place: String
    /// It is in `raw_body`, and the rows that an earlier parser made of it are in use.
    public let isHeld: Bool
    /// Its size on the wire.
    public let byteCount: Int
    /// Tasks that count its match as failed.
    public let tasks: Int

    /// `match:NA1_5012345678`, as its job is called.
    public var name: String { "\(kind.rawValue):\(id)" }
}

/// What came of trying a rejected body again.
public enum RejectedRetry: Sendable, Equatable {
    /// It is understood: rows, body and the marks of the ledger are written; `timelineWanted` when some task wants the
    /// match's timeline, which is not held.
    case stored(timelineWanted: Bool)
    /// It was held, and its rows were made again.
    case derived
    /// It would be understood; nothing was written.
    case understood
    /// It is still refused, for this reason.
    case refused(BodyRejection)
    /// Its bytes are not those that were received: their hash is another.
    case damaged
    /// Nothing is kept under this id: never, or somebody was first.
    case gone
}
