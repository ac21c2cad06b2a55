import Postgres
import RiotModels

/// Whose years a match counts in, and by what; to recompute figures when its rows change, and only then.
struct CountedYears: Sendable {
    private struct Year: Hashable {
        let summonerID: Int
        let year: Int
    }

    /// Equal as long as the rows are.
    private let fingerprint: String
    private let years: Set<Year>

    /// What the rows of some matches say now.
    static func read(
        _ keys: [Int32],
        on connection: PostgresConnection
    ) async throws -> [Int32: CountedYears] {
        let rows = try await connection.query(
            """
            SELECT m.id, extract(year FROM m.started_at AT TIME ZONE 'UTC')::integer AS year,
                md5((to_jsonb(m) - '{parser_version,stored_in}'::text[])::text
                    || string_agg(p::text, ',' ORDER BY p.participant_id)) AS fingerprint,
                array_agg(p.summoner_id) FILTER (WHERE p.summoner_id IS NOT NULL) AS summoner_ids
            FROM match m JOIN match_participant p ON p.match_id = m.id
            WHERE m.id = ANY ($1::integer[])
            GROUP BY m.id
            """,
            [.intArray(keys.map(Int64.init))]
        )
        var counted: [Int32: CountedYears] = [:]
        for row in rows {
            let year = try row.optionalInt("year")
            let players = (try row.optionalArray("summoner_ids") ?? []).compactMap { $0.flatMap { Int($0) } }
            counted[Int32(clamping: try row.int("id"))] = CountedYears(
                fingerprint: try row.string("fingerprint"),
                years: Set(players.compactMap { id in year.map { Year(summonerID: id, year: $0) } })
            )
        }
        return counted
    }

    /// Recomputes the figures of the years in which a match counts whose rows have changed.
    static func recompute(
        changedFrom before: [Int32: CountedYears],
        to after: [Int32: CountedYears],
        on connection: PostgresConnection
    ) async throws {
        let changed = Set(before.keys).union(after.keys).filter { before[$0]?.fingerprint != after[$0]?.fingerprint }
        var years: Set<Year> = []
        for key in changed { years.formUnion((before[key]?.years ?? []).union(after[key]?.years ?? [])) }
        try await recompute(years, on: connection)
    }

    /// Recomputes the figures of the years in which a match counts that has come late.
    static func recompute(ofMatch id: MatchID, on connection: PostgresConnection) async throws {
        let rows = try await connection.query("SELECT id FROM match_key WHERE riot_id = $1", [.text(id.text)])
        guard let row = rows.first else { return }
        let counted = try await read([Int32(clamping: try row.int("id"))], on: connection)
        try await recompute(changedFrom: [:], to: counted, on: connection)
    }

    /// Only figures that were computed before: the others come with the player's first sync.
    ///
    /// Their rows are locked first, so that of two who change matches of one player the second sees both.
    private static func recompute(_ years: Set<Year>, on connection: PostgresConnection) async throws {
        if years.isEmpty { return }
        let wanted = Array(years)
        let rows = try await connection.query(
            """
            SELECT s.summoner_id, s.year FROM player_year_stats s
            WHERE (s.summoner_id, s.year) IN (SELECT * FROM unnest($1::integer[], $2::integer[]))
            ORDER BY s.summoner_id, s.year FOR UPDATE
            """,
            [.intArray(wanted.map { Int64($0.summonerID) }), .intArray(wanted.map { Int64($0.year) })]
        )
        for row in rows {
            try await Storage.recomputeYear(
                connection,
                summonerID: try row.int("summoner_id"),
                year: try row.int("year")
            )
        }
    }
}
