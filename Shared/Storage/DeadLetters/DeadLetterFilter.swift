import Postgres
public import RiotModels

/// Which dead letters are meant; all conditions hold together.
public struct DeadLetterFilter: Sendable, Equatable {
    /// The kind of job.
    public var kind: DeadLetterKind?
    /// One letter of a kind.
    public var subject: String?
    /// How the fingerprint begins, in lower case.
    public var fingerprint: String?
    /// Platforms; nil for all, nothing for none.
    public var platforms: [Platform]?
    /// Also what Riot says that it does not have (404).
    ///
    /// Such a match is unavailable rather than failed, and there can be thousands. Whoever names a subject, or a
    /// fingerprint, means it in any case.
    public var includesMissing = false

    /// Everything that failed.
    public init() {}

    /// `$1` to `$5` of a statement about letters.
    var parameters: [PostgresParameter] {
        [
            PostgresParameter(kind?.rawValue), PostgresParameter(subject), PostgresParameter(fingerprint),
            platforms.map { .textArray($0.map(\.rawValue)) } ?? .null,
            .bool(includesMissing || subject != nil || fingerprint != nil),
        ]
    }

    /// The condition on a relation `l` with the columns of `Storage.letters`.
    static let condition = """
        ($1::text IS NULL OR l.kind = $1) AND ($2::text IS NULL OR l.subject = $2)
            AND ($3::text IS NULL OR left(l.fingerprint, length($3)) = $3)
            AND ($4::text[] IS NULL OR l.platform = ANY ($4)) AND ($5::boolean OR l.status IS DISTINCT FROM 404)
        """
}

/// A place in the list of dead letters: the next page begins behind it.
///
/// It is no number of rows, so letters that come or go while somebody turns pages neither repeat nor hide another one.
public struct DeadLetterCursor: Sendable, Equatable {
    /// When the letter failed last, epoch microseconds as PostgreSQL keeps them.
    let lastSeen: Int64
    let kind: DeadLetterKind
    let subject: String

    init(lastSeen: Int64, kind: DeadLetterKind, subject: String) {
        self.lastSeen = lastSeen
        self.kind = kind
        self.subject = subject
    }

    /// Reads a cursor that came back; nil when it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count <= 100, let lastSeen = Int64(parts[0]),
            let kind = DeadLetterKind(rawValue: String(parts[1])), !parts[2].isEmpty,
            parts[2].utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.init(lastSeen: lastSeen, kind: kind, subject: String(parts[2]))
    }

    /// What a caller is given.
    public var text: String { "\(lastSeen).\(kind.rawValue).\(subject)" }
}
