import Postgres

/// How many kept bodies have rows of the present parser.
public struct DeriveStatus: Sendable, Equatable {
    /// The figures of one kind.
    public struct Figures: Sendable, Equatable {
        /// Bodies that are kept.
        public var bodies = 0
        /// Those whose rows the present parser, or a later one, made.
        public var current = 0
        /// Those that the present parser refuses, or that are damaged; their rows are of an earlier one.
        public var refused = 0
        /// Rows that cannot be made again, because their body is not kept any more.
        public var withoutBody = 0
        /// Those that are still to be derived.
        public var outdated: Int { max(0, bodies - current - refused) }
    }

    /// The version of the parser that they are measured by.
    public let version: Int
    /// The figures of each kind.
    public var figures: [FetchKind: Figures]

    /// Bodies that are still to be derived.
    public var outdated: Int { figures.values.reduce(0) { $0 + $1.outdated } }
    /// Bodies that are kept.
    public var bodies: Int { figures.values.reduce(0) { $0 + $1.bodies } }
}

extension Storage {
    /// Counts the bodies and what was made of them; reads every row of `match`, `timeline` and `raw_body` but no body.
    ///
    /// - Parameter version: the parser that rows are measured by.
    public func deriveStatus(version: Int16 = Storage.parserVersion) async throws -> DeriveStatus {
        var status = DeriveStatus(version: Int(version), figures: [:])
        for kind in FetchKind.allCases {
            let rows = try await pool.query(
                kind == .match ? Self.matchStatusQuery : Self.timelineStatusQuery,
                [.int(Int64(version))],
                timeout: KeptBody.timeout
            )
            guard let row = rows.first else { throw PostgresError.unexpectedResult("no counts") }
            status.figures[kind] = DeriveStatus.Figures(
                bodies: try row.int("bodies"),
                current: try row.int("current"),
                refused: try row.int("refused"),
                withoutBody: try row.int("without_body")
            )
        }
        return status
    }

    private static let matchStatusQuery = statusQuery(.match, rows: "match", key: "id")
    private static let timelineStatusQuery = statusQuery(.timeline, rows: "timeline", key: "match_id")

    private static func statusQuery(_ kind: FetchKind, rows: String, key: String) -> SQL {
        SQL(
            trusted: """
                SELECT count(*) FILTER (WHERE has_body) AS bodies,
                    count(*) FILTER (WHERE has_body AND is_current) AS current,
                    count(*) FILTER (WHERE has_body AND NOT is_current AND is_refused) AS refused,
                    count(*) FILTER (WHERE NOT has_body AND NOT is_current) AS without_body
                FROM (
                    SELECT b.match_id IS NOT NULL AS has_body, coalesce(r.parser_version >= $1, false) AS is_current,
                        x.match_id IS NOT NULL AS is_refused
                    FROM (SELECT match_id FROM raw_body WHERE kind = '\(kind.rawValue)') b
                    FULL JOIN (SELECT \(key) AS match_id, parser_version FROM \(rows)) r USING (match_id)
                    LEFT JOIN (
                        SELECT k.id AS match_id FROM rejected_body j JOIN match_key k ON k.riot_id = j.riot_id
                        WHERE j.kind = '\(kind.rawValue)' AND j.parser_version >= $1) x USING (match_id)) f
                """
        )
    }
}
