public import RiotModels

/// The database's schema cannot be used by this program.
public struct SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with the schema.
    public enum Code: Sendable {
        /// The database was migrated by a newer program, and does not work with this one.
        case newer
        /// Migrations that this program needs were not applied.
        case older
        /// A migration that was applied is not the one that this program has under its number.
        case changed
        /// Another process migrates, and did not come to an end.
        case busy
    }

    /// What is wrong with the schema.
    public let code: Code
    /// A sentence that says what to do.
    public let message: String

    /// The message.
    public var description: String { message }
}

/// The database holds data of another origin: real and simulated data never mix.
public struct DataOriginMismatch: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where the database's data comes from.
    public let present: String
    /// Where this program would fetch from.
    public let wanted: String

    /// A sentence that says what to do.
    public var description: String {
        "The database holds data from \"\(present)\", and this program is set to fetch from \"\(wanted)\"; "
            + "use another database (DATABASE_URL) or another source (RIOT_API_BASE_URL)."
    }
}

/// A body that could not be understood.
///
/// It is kept in `rejected_body`.
public struct BodyRejection: Error, Sendable, Equatable, CustomStringConvertible {
    /// Whether it should have been a match or a timeline.
    public let kind: FetchKind
    /// The match that it was fetched for.
    public let id: MatchID
    /// What is wrong, without a quotation of the body.
    public let reason: String
    /// Where in the body: a path such as `info.participants[3]`, or `byte 17`.
    public let place: String

    /// A sentence with everything.
    public var description: String {
        "The \(kind.rawValue) body of \(id) cannot be understood: \(reason) (at \(place))."
    }
}
