import Postgres

/// Accounts to which Riot has answered 404 for so many days: erased like those who asked for it.
///
/// account-v1 at times answers 404 to puuids that are good, so it must have been asked again long after the first time.
struct ForgottenCleanup: CleanupStep {
    let storage: Storage
    let days: Int

    func found(_ connection: PostgresConnection) async throws -> CleanupAmount {
        try CleanupAmount(
            try await connection.query(Self.count, parameters, timeout: CleanupRun.timeout)
        )
    }

    /// One account; its erasure is in batches itself.
    mutating func removeBatch(_ connection: PostgresConnection) async throws -> CleanupAmount? {
        let rows = try await connection.query(Self.pick, parameters)
        guard let row = rows.first else { return nil }
        let person = try Person(row: row)
        let counts = try await storage.erase(person, cause: .forgotten)
        return CleanupAmount(things: 1, rows: counts.participants, bytes: counts.rawBytes)
    }

    private var parameters: [PostgresParameter] { [.text(storage.keyScope), .int(Int64(days))] }

    private static let due = """
        FROM summoner s
        WHERE s.key_scope = $1 AND s.forgotten_at < now() - make_interval(days => $2::integer)
            AND s.name_asked_at > s.forgotten_at + interval '\(NameRefresh.pauseDays - 1) days'
        """

    private static let count = SQL(
        trusted: """
            WITH person AS (SELECT s.id \(due)),
            part AS (SELECT p.match_id FROM person JOIN match_participant p ON p.summoner_id = person.id)
            SELECT (SELECT count(*) FROM person) AS things, (SELECT count(*) FROM part) AS rows,
                (SELECT coalesce(sum(octet_length(b.bytes)), 0)::bigint FROM raw_body b
                 WHERE b.match_id IN (SELECT match_id FROM part)) AS bytes
            """
    )
    private static let pick = SQL(trusted: "SELECT \(Person.columns) \(due) ORDER BY s.forgotten_at, s.id LIMIT 1")
}
