import Postgres
public import RiotModels

/// A player as a question finds him.
public struct NamedSummoner: Sendable, Equatable {
    /// The integer id of the player's row.
    public let id: Int
    /// `Name#TAG` as Riot spells it.
    public let name: String
}

extension Storage {
    /// Asks a question, in a transaction that can change nothing.
    ///
    /// - Throws: `PostgresError`, `.timedOut` after `QuestionLimits.timeout`.
    public func answer(_ question: Question, _ filter: QuestionFilter) async throws -> QuestionAnswer {
        let rows = try await ask(question.statement(limit: QuestionLimits.rows + 1), question, filter)
        let columns = rows.columns
        return QuestionAnswer(
            columns: columns,
            rows: try rows.prefix(QuestionLimits.rows).map { row in
                try columns.map { column in try row.optionalString(column) }
            },
            isCut: rows.count > QuestionLimits.rows
        )
    }

    /// Asks a question; each row of the answer is a JSON object.
    public func objects(_ question: Question, _ filter: QuestionFilter) async throws -> QuestionObjects {
        let rows = try await ask(question.objectStatement(limit: QuestionLimits.rows + 1), question, filter)
        return QuestionObjects(
            objects: try rows.prefix(QuestionLimits.rows).map { try $0.string("row") },
            isCut: rows.count > QuestionLimits.rows
        )
    }

    private func ask(_ statement: SQL, _ question: Question, _ filter: QuestionFilter) async throws -> PostgresRows {
        try await pool.withTransaction { connection in
            _ = try await connection.query("SET TRANSACTION READ ONLY", timeout: .seconds(5))
            // Compiling such statements takes longer than it saves.
            _ = try await connection.query(
                "SELECT set_config('jit', 'off', true), set_config('statement_timeout', $1, true)",
                [.text("\(QuestionLimits.timeout.components.seconds)s")],
                timeout: .seconds(5)
            )
            return try await connection.query(
                statement,
                Array(filter.parameters.prefix(question.parameterCount)),
                timeout: QuestionLimits.timeout
            )
        }
    }

    /// The player who has that name, or had it last of all who are known; nil when nobody is known by it.
    public func summoner(named name: RiotID) async throws -> NamedSummoner? {
        let rows = try await pool.query(
            """
            SELECT id, game_name || '#' || tag_line AS name FROM summoner
            WHERE folded_name = $1 AND key_scope = $2 ORDER BY named_at DESC NULLS LAST, id LIMIT 1
            """,
            [.text(name.foldedKey), .text(keyScope)]
        )
        return try rows.first.map { NamedSummoner(id: try $0.int("id"), name: try $0.string("name")) }
    }

    /// Names that could be meant by one that is not known.
    ///
    /// Those with the same beginning or the same tag; players with the most matches first.
    public func summonerNames(like name: RiotID) async throws -> [String] {
        let key = name.foldedKey
        let rows = try await pool.query(
            """
            SELECT s.game_name || '#' || s.tag_line AS name FROM summoner s
            WHERE s.key_scope = $1 AND (starts_with(s.folded_name, $2) OR right(s.folded_name, length($3)) = $3)
            ORDER BY (SELECT count(*) FROM match_participant p WHERE p.summoner_id = s.id) DESC, s.id LIMIT $4
            """,
            [
                .text(keyScope), .text(String(key.prefix(2))), .text("#" + (key.split(separator: "#").last ?? "")),
                .int(Int64(QuestionLimits.nameCandidates)),
            ]
        )
        return try rows.map { try $0.string("name") }
    }
}
