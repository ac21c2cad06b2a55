import Logging
import Postgres

/// Erases one person.
///
/// First his hashes are written, so that nothing new of him comes in; then everything that is held of him goes, in
/// small transactions, his own row last. Whoever runs it again after a crash goes on where it was.
struct Eraser: Sendable {
    /// Matches in one transaction.
    static let batch = 25
    /// How long one look at a whole table may take.
    static let timeout = Duration.seconds(300)

    /// Why somebody is erased.
    enum Cause: String, Sendable {
        case request, forgotten
    }

    let storage: Storage
    let person: Person
    let cause: Cause

    /// Does it.
    func run() async throws -> ErasureCounts {
        try await keepHashes()
        var counts = ErasureCounts()
        let names = try await names()
        if let id = person.summonerID { try await withdraw(id, &counts) }
        counts.rejectedBodies = try await rejected(names).remove(storage)
        try await removeTasks(&counts)
        try await removeRest(names, &counts)
        return counts
    }

    /// What it would remove.
    func count() async throws -> ErasureCounts {
        var counts = ErasureCounts()
        let names = try await names()
        if let id = person.summonerID {
            let matches = try await storage.matchKeys(of: id)
            counts.matches = matches.count
            counts.ownRows = try await storage.pool.withConnection { try await OwnTables.count($0, of: id) }
            let rows = try await storage.pool.query(
                """
                SELECT (SELECT count(*) FROM match_participant WHERE summoner_id = $1) AS participants,
                    count(*) AS bodies, coalesce(sum(octet_length(bytes)), 0)::bigint AS bytes
                FROM raw_body WHERE match_id = ANY ($2::integer[])
                """,
                [.int(Int64(id)), .intArray(matches.map(Int64.init))],
                timeout: Self.timeout
            )
            guard let row = rows.first else { throw PostgresError.unexpectedResult("no counts") }
            counts.participants = try row.int("participants")
            counts.rawBodies = try row.int("bodies")
            counts.rawBytes = try row.int64("bytes")
        }
        counts.rejectedBodies = try await rejected(names).find(storage).count
        let tasks = try await storage.pool.query(
            """
            SELECT count(*) AS tasks,
                coalesce(sum((SELECT count(*) FROM sync_item i WHERE i.task_id = t.id)), 0)::bigint AS items
            FROM sync_task t WHERE t.summoner_id = $1 OR t.riot_id_key = $2
            """,
            taskParameters,
            timeout: Self.timeout
        )
        counts.tasks = try tasks.first?.int("tasks") ?? 0
        counts.ledgerItems = try tasks.first?.int("items") ?? 0
        let records = try await storage.pool.query(
            Self.countRecords,
            [.textArray(needles(names))],
            timeout: Self.timeout
        )
        counts.records = try records.first?.int("records") ?? 0
        return counts
    }

    // MARK: Steps

    /// From the end of this transaction on everybody who stores something of him leaves him out.
    ///
    /// Whoever resolves players inserts into `summoner`, if only in principle; the lock waits for all who have begun,
    /// so what they wrote is seen by the steps after this one. Nobody waits longer than the longest of them takes.
    private func keepHashes() async throws {
        let scope = PostgresParameter.text(storage.keyScope)
        try await storage.withRetriedTransaction { connection in
            _ = try await connection.query("LOCK TABLE summoner IN SHARE ROW EXCLUSIVE MODE", [], timeout: .seconds(30))
            var values: [(kind: String, value: String)] = []
            if let puuid = person.puuid { values.append(("puuid", puuid)) }
            // The name of a forgotten account is free for somebody else.
            if cause == .request, let name = person.foldedName { values.append(("riot_id", name)) }
            for (kind, value) in values {
                _ = try await connection.query(
                    """
                    INSERT INTO erasure (key_scope, kind, hash, cause) VALUES ($1, $2, erasure_hash($1, $2, $3), $4)
                    ON CONFLICT (key_scope, kind, hash) DO UPDATE SET finished_at = NULL
                    """,
                    [scope, .text(kind), .text(value), .text(cause.rawValue)]
                )
            }
        }
    }

    private func withdraw(_ id: Int, _ counts: inout ErasureCounts) async throws {
        let matches = try await storage.matchKeys(of: id)
        for start in stride(from: 0, to: matches.count, by: Self.batch) {
            try Task.checkCancellation()
            let batch = Array(matches[start..<min(start + Self.batch, matches.count)])
            let (parts, removed) = try await storage.withRetriedTransaction { connection in
                let rows = try await connection.query(
                    """
                    SELECT match_id, participant_id FROM match_participant
                    WHERE summoner_id = $1 AND match_id = ANY ($2::integer[])
                    """,
                    [.int(Int64(id)), .intArray(batch.map(Int64.init))]
                )
                let withdrawal = MatchWithdrawal(
                    matches: batch,
                    parts: try rows.map {
                        .init(
                            match: Int32(clamping: try $0.int("match_id")),
                            participant: Int16(clamping: try $0.int("participant_id"))
                        )
                    },
                    puuids: person.puuid.map { [$0] } ?? [],
                    summonerID: id
                )
                return (withdrawal.parts.count, try await withdrawal.run(on: connection))
            }
            counts.matches += batch.count
            counts.participants += parts
            counts.rawBodies += removed.rawBodies
            counts.rawBytes += removed.rawBytes
        }
    }

    private func removeTasks(_ counts: inout ErasureCounts) async throws {
        while true {
            try Task.checkCancellation()
            let rows = try await storage.withRetriedTransaction { connection in
                try await connection.query(
                    """
                    WITH his AS (SELECT id FROM sync_task WHERE summoner_id = $1 OR riot_id_key = $2 LIMIT 1 FOR UPDATE),
                    items AS (DELETE FROM sync_item i USING his WHERE i.task_id = his.id RETURNING 1),
                    tasks AS (DELETE FROM sync_task t USING his WHERE t.id = his.id RETURNING 1)
                    SELECT (SELECT count(*) FROM tasks) AS tasks, (SELECT count(*) FROM items) AS items
                    """,
                    taskParameters
                )
            }
            guard let row = rows.first, try row.int("tasks") > 0 else { return }
            counts.tasks += 1
            counts.ledgerItems += try row.int("items")
        }
    }

    private func removeRest(_ names: [PersonName], _ counts: inout ErasureCounts) async throws {
        let (own, records) = try await storage.withRetriedTransaction { connection -> (Int, Int) in
            var own = 0
            if let id = person.summonerID {
                own = try await OwnTables.remove(connection, of: id)
                _ = try await connection.query("DELETE FROM summoner WHERE id = $1", [.int(Int64(id))])
            }
            let records = try await connection.query(
                Self.removeRecords,
                [.textArray(needles(names))],
                timeout: Self.timeout
            )
            _ = try await connection.query(
                """
                UPDATE erasure SET finished_at = now()
                WHERE key_scope = $1 AND (kind = 'puuid' AND hash = erasure_hash($1, 'puuid', $2)
                    OR kind = 'riot_id' AND hash = erasure_hash($1, 'riot_id', $3))
                """,
                [.text(storage.keyScope), PostgresParameter(person.puuid), PostgresParameter(person.foldedName)]
            )
            return (own, try records.first?.int("records") ?? 0)
        }
        counts.ownRows = own
        counts.records = records
    }

    // MARK: What is his

    /// What he is or was called, as far as it is known to have been his.
    private func names() async throws -> [PersonName] {
        var names = person.gameName.map { [PersonName(gameName: $0, tagLine: person.tagLine)] } ?? []
        guard let id = person.summonerID else { return names }
        let rows = try await storage.pool.query(
            """
            SELECT game_name, tag_line FROM summoner_name_history WHERE summoner_id = $1
            UNION
            SELECT riot_id_game_name, riot_id_tagline FROM match_participant
            WHERE summoner_id = $1 AND riot_id_game_name <> ''
            """,
            [.int(Int64(id))],
            timeout: Self.timeout
        )
        for row in rows {
            names.append(PersonName(gameName: try row.string("game_name"), tagLine: try row.optionalString("tag_line")))
        }
        return names
    }

    private func rejected(_ names: [PersonName]) -> RejectedBodies {
        RejectedBodies(puuid: person.puuid, names: names.map(\.gameName))
    }

    /// Texts that stand for him alone, to be looked for in sentences.
    private func needles(_ names: [PersonName]) -> [String] {
        [person.puuid].compactMap { $0 } + names.compactMap { name in name.tagLine.map { "\(name.gameName)#\($0)" } }
    }

    private var taskParameters: [PostgresParameter] {
        [PostgresParameter(person.summonerID), PostgresParameter(person.foldedName)]
    }

    private static let countRecords: SQL = """
        SELECT (SELECT count(*) FROM fetch_failure f
                WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) n WHERE strpos(f.subject || ' ' || f.reason, n) > 0))
            + (SELECT count(*) FROM schedule_run r
                WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) n WHERE strpos(r.detail, n) > 0)) AS records
        """

    private static let removeRecords: SQL = """
        WITH failures AS (
            DELETE FROM fetch_failure f
            WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) n WHERE strpos(f.subject || ' ' || f.reason, n) > 0)
            RETURNING 1
        ), ticks AS (
            UPDATE schedule_run r SET detail = NULL
            WHERE EXISTS (SELECT 1 FROM unnest($1::text[]) n WHERE strpos(r.detail, n) > 0)
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM failures) + (SELECT count(*) FROM ticks) AS records
        """
}

/// One of a person's names.
struct PersonName: Sendable, Equatable {
    let gameName: String
    let tagLine: String?
}

extension Storage {
    /// Counts what erasing a person would remove; changes nothing.
    public func countErasure(_ person: Person) async throws -> ErasureCounts {
        try await Eraser(storage: self, person: person, cause: .request).count()
    }

    /// Erases a person at his request: his name and puuid go everywhere, with the bodies that hold them; other people's
    /// figures stay, and his own without him.
    ///
    /// He does not come back: a keyed hash of puuid and name keeps him out of later syncs, see `isErased`. Several
    /// transactions; cancelled or failed in between, it goes on when it is run again, as long as his row is found.
    public func erase(_ person: Person) async throws -> ErasureCounts { try await erase(person, cause: .request) }

    func erase(_ person: Person, cause: Eraser.Cause) async throws -> ErasureCounts {
        try await Eraser(storage: self, person: person, cause: cause).run()
    }
}
