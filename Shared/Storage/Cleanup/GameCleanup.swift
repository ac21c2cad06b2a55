import Postgres

/// Games that began before a date, with everything that is kept of them, unless a followed player has that year.
///
/// A followed player's years are those that were synced for him. The short key in `match_key` stays: a worker that
/// stores the game again at this moment has it in hand.
struct GameCleanup: CleanupStep {
    /// Games in one transaction.
    static let batch = 50

    /// `YYYY-MM-DD`, in UTC.
    let date: String
    /// Where the last batch ended: games that are kept are not looked at again.
    private var last: (startedAt: String, id: Int64) = ("-infinity", 0)

    init(date: String) { self.date = date }

    func found(_ connection: PostgresConnection) async throws -> CleanupAmount {
        try CleanupAmount(
            try await connection.query(
                Self.count,
                [.text(date), .text("-infinity"), .int(0), .int(Int64.max)],
                timeout: CleanupRun.timeout
            )
        )
    }

    mutating func removeBatch(_ connection: PostgresConnection) async throws -> CleanupAmount? {
        let (last, date) = (last, date)
        let batch = try await connection.withTransaction { () -> (CleanupAmount, (String, Int64))? in
            let parameters: [PostgresParameter] = [
                .text(date), .text(last.startedAt), .int(last.id), .int(Int64(Self.batch)),
            ]
            let rows = try await connection.query(Self.pick, parameters, timeout: CleanupRun.timeout)
            guard let final = rows.last else { return nil }
            let ids = try rows.map { try $0.int64("id") }
            let amount = try await Self.remove(ids, connection)
            return (amount, (try final.string("started"), try final.int64("id")))
        }
        guard let (amount, next) = batch else { return nil }
        self.last = next
        return amount
    }

    /// Removes the games' rows from every table that has a `match_id`, and works their players' years out again.
    private static func remove(_ ids: [Int64], _ connection: PostgresConnection) async throws -> CleanupAmount {
        let list: [PostgresParameter] = [.intArray(ids)]
        let amount = try CleanupAmount(try await connection.query(amount, list))
        let years = try await connection.query(staleYears, list)
        for table in try await MatchTables.all(connection) {
            _ = try await connection.query(
                SQL(trusted: "DELETE FROM \(table.name) WHERE \(table.column) = ANY ($1::integer[])"),
                list,
                timeout: CleanupRun.timeout
            )
        }
        for row in years {
            try await Storage.recomputeYear(
                connection,
                summonerID: try row.int("summoner_id"),
                year: try row.int("year")
            )
        }
        return amount
    }

    // MARK: Statements

    private static let due = """
        kept AS MATERIALIZED (
            SELECT DISTINCT y.summoner_id, y.year
            FROM (
                SELECT id FROM summoner WHERE followed_at IS NOT NULL
                UNION
                SELECT summoner_id FROM sync_task
                WHERE finished_at IS NULL
                    OR (state = 'SUCCESS' AND NOT is_background
                        AND finished_at > now() - interval '\(Storage.followedDays) days')) f
            JOIN (
                SELECT summoner_id, year FROM player_year_stats
                UNION
                SELECT summoner_id, year FROM sync_task) y ON y.summoner_id = f.id
        ), due AS MATERIALIZED (
            SELECT m.id, m.started_at FROM match m
            WHERE m.started_at < $1::text::date::timestamp AT TIME ZONE 'UTC'
                AND (m.started_at, m.id) > ($2::text::timestamptz, $3::bigint)
                AND NOT EXISTS (
                    SELECT 1 FROM match_participant p JOIN kept k ON k.summoner_id = p.summoner_id
                    WHERE p.match_id = m.id AND k.year = extract(year FROM m.started_at AT TIME ZONE 'UTC'))
            ORDER BY m.started_at, m.id LIMIT $4
        )
        """

    private static let amounts = """
        SELECT count(*) AS things,
            coalesce(sum((SELECT count(*) FROM match_participant p WHERE p.match_id = d.id)), 0)::bigint AS rows,
            coalesce(sum((SELECT sum(octet_length(b.bytes)) FROM raw_body b WHERE b.match_id = d.id)), 0)::bigint AS bytes
        """

    private static let count = SQL(trusted: "WITH \(due) \(amounts) FROM due d")
    private static let amount = SQL(trusted: "\(amounts) FROM unnest($1::integer[]) AS d (id)")
    private static let pick = SQL(
        trusted: "WITH \(due) SELECT id, started_at::text AS started FROM due ORDER BY started_at, id"
    )

    private static let staleYears: SQL = """
        SELECT DISTINCT s.summoner_id, s.year
        FROM match m
        JOIN match_participant p ON p.match_id = m.id
        JOIN player_year_stats s ON s.summoner_id = p.summoner_id
            AND s.year = extract(year FROM m.started_at AT TIME ZONE 'UTC')
        WHERE m.id = ANY ($1::integer[])
        """
}

/// Every table with rows of a match, asked of the catalogue so that a new one is not forgotten.
enum MatchTables {
    struct Table: Sendable {
        /// Quoted where that is needed.
        let name: String
        let column: String
    }

    /// `match` last; `match_key` is not among them.
    static func all(_ connection: PostgresConnection) async throws -> [Table] {
        let rows = try await connection.query(
            """
            SELECT format('%I', c.relname) AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
                AND a.attname = 'match_id' AND a.atttypid = 'integer'::regtype AND NOT a.attisdropped
            ORDER BY c.relname
            """
        )
        return try rows.map { Table(name: try $0.string("name"), column: "match_id") }
            + [Table(name: "match", column: "id")]
    }
}
