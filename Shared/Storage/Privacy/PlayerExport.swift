import Postgres

/// Writes down everything that is held on one person, as lines of JSON, a page of rows at a time.
///
/// A line is `{"section": …, "row": …}`; sections are named after their tables. There is no snapshot: what changes
/// meanwhile may be in it as it was before or as it is after.
struct PlayerExport: Sendable {
    /// Rows of one page: a participant's row has about 6 kB of JSON.
    static let page = 100

    let storage: Storage
    let person: Person
    let write: @Sendable (String) async throws -> Void

    func run() async throws {
        let tasks: [PostgresParameter] = [PostgresParameter(person.summonerID), PostgresParameter(person.foldedName)]
        if let id = person.summonerID {
            let number: [PostgresParameter] = [.int(Int64(id))]
            try await section("summoner", "SELECT to_jsonb(t) AS row FROM summoner t WHERE id = $1", number)
            for table in try await storage.pool.withConnection({ try await OwnTables.all($0) }) {
                try await section(
                    table.name,
                    "SELECT to_jsonb(t) AS row FROM \(table.name) t WHERE \(table.column) = $1",
                    number
                )
            }
        }
        try await section(
            "sync_task",
            "SELECT to_jsonb(t) AS row FROM sync_task t WHERE summoner_id = $1 OR riot_id_key = $2",
            tasks
        )
        guard let id = person.summonerID else { return }
        let keys = try await storage.matchKeys(of: id)
        try await matches(keys, id, "match", Self.matchRows)
        try await matches(keys, id, "match_participant", Self.participantRows)
        try await matches(keys, id, "timeline_frames", Self.frameRows)
        try await matches(keys, id, "raw_body", Self.bodyRows)
    }

    /// A small table, paged by its own text: it has whatever key it has.
    private func section(_ name: String, _ rows: String, _ parameters: [PostgresParameter]) async throws {
        let query = SQL(
            trusted: """
                SELECT jsonb_build_object('section', $\(parameters.count + 1)::text, 'row', r.row)::text AS line
                FROM (\(rows)) r ORDER BY r.row::text COLLATE "C" LIMIT \(Self.page) OFFSET $\(parameters.count + 2)
                """
        )
        var offset = 0
        while true {
            try Task.checkCancellation()
            let lines = try await storage.pool.query(
                query,
                parameters + [.text(name), .int(Int64(offset))],
                timeout: Eraser.timeout
            )
            for line in lines { try await write(try line.string("line")) }
            if lines.count < Self.page { return }
            offset += Self.page
        }
    }

    /// What belongs to his matches, a page of matches at a time.
    private func matches(_ keys: [Int32], _ id: Int, _ name: String, _ query: SQL) async throws {
        for start in stride(from: 0, to: keys.count, by: Self.page) {
            try Task.checkCancellation()
            let page = keys[start..<min(start + Self.page, keys.count)]
            let lines = try await storage.pool.query(
                query,
                [.int(Int64(id)), .intArray(page.map(Int64.init)), .text(name)],
                timeout: Eraser.timeout
            )
            for line in lines { try await write(try line.string("line")) }
        }
    }

    // MARK: Statements

    private static func lines(_ row: String, _ from: String) -> SQL {
        SQL(
            trusted: """
                SELECT jsonb_build_object('section', $3::text, 'row', \(row))::text AS line
                FROM match_key k \(from) WHERE k.id = ANY ($2::integer[]) AND $1::integer IS NOT NULL ORDER BY k.id
                """
        )
    }

    private static let matchRows = lines(
        """
        jsonb_build_object('riot_id', k.riot_id, 'started_at', m.started_at, 'queue_id', m.queue_id,
            'duration_seconds', m.duration_seconds, 'has_match', m.id IS NOT NULL, 'has_timeline', t.match_id IS NOT NULL)
        """,
        "LEFT JOIN match m ON m.id = k.id LEFT JOIN timeline t ON t.match_id = k.id"
    )
    private static let participantRows = lines(
        "to_jsonb(p) || jsonb_build_object('riot_id', k.riot_id)",
        "JOIN match_participant p ON p.match_id = k.id AND p.summoner_id = $1"
    )
    private static let frameRows = lines(
        "to_jsonb(f) || jsonb_build_object('riot_id', k.riot_id)",
        """
        JOIN match_participant p ON p.match_id = k.id AND p.summoner_id = $1
        JOIN timeline_frames f ON f.match_id = k.id AND f.participant_id = p.participant_id
        """
    )
    private static let bodyRows = lines(
        """
        jsonb_build_object('riot_id', k.riot_id, 'kind', b.kind, 'encoding', b.encoding, 'received_at', b.received_at,
            'sha256', encode(b.sha256, 'hex'), 'bytes', octet_length(b.bytes))
        """,
        "JOIN raw_body b ON b.match_id = k.id"
    )
}

extension Storage {
    /// Writes everything that is held on a person, one line of JSON at a time; memory does not grow with it.
    ///
    /// Bodies as received are listed, not written out: they hold nine others.
    /// - Parameter write: gets each line without its end, and may take its time.
    public func export(_ person: Person, write: @escaping @Sendable (String) async throws -> Void) async throws {
        try await PlayerExport(storage: self, person: person, write: write).run()
    }
}
