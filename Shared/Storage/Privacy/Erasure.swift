import Postgres
public import RiotModels

/// The player was erased; nothing is fetched or kept of him.
public struct PlayerIsErased: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence for people, without his name.
    public let description = """
        This player's data was erased, and he is not fetched again. An operator can allow it with riftctl player readmit.
        """

    /// Says so.
    public init() {}

    /// What stands in place of his name where a row needs one.
    static let placeholder = "erased"
}

/// Whether somebody was erased: asked of every name and puuid before it is written down.
///
/// Without any erasure that costs a look at an empty table.
extension Storage {
    /// Whether the owner of this name was erased.
    public func isErased(_ riotID: RiotID) async throws -> Bool {
        try await isErased("riot_id", riotID.foldedKey)
    }

    /// Whether the player with this puuid was erased.
    public func isErased(puuid: String) async throws -> Bool { try await isErased("puuid", puuid) }

    /// Keeps an erased player from being asked for by the name that he has now, too.
    ///
    /// Ends the task with its names removed.
    public func taskMeetsErasedPlayer(_ id: TaskID, puuid: String?, riotID: RiotID?) async throws {
        try await pool.withTransaction { connection in
            if let puuid, let riotID {
                _ = try await connection.query(
                    """
                    INSERT INTO erasure (key_scope, kind, hash, cause, finished_at)
                    SELECT e.key_scope, 'riot_id', erasure_hash($1, 'riot_id', $3), e.cause, now()
                    FROM erasure e
                    WHERE e.key_scope = $1 AND e.kind = 'puuid' AND e.hash = erasure_hash($1, 'puuid', $2)
                    ON CONFLICT DO NOTHING
                    """,
                    [.text(keyScope), .text(puuid), .text(riotID.foldedKey)]
                )
            }
            _ = try await connection.query(
                """
                UPDATE sync_task
                SET state = 'FAILURE', error = $2, problem_type = 'erased-player', retryable = false,
                    game_name = $3, tag_line = $3, riot_id_key = '', finished_at = now(), retry_at = NULL,
                    waiting_for = NULL, waiting_until = NULL, waiting_detail = NULL
                WHERE id = $1 AND state IN ('PENDING', 'STARTED', 'PROGRESS', 'RETRY')
                """,
                [.text(id.text), .text(PlayerIsErased().description), .text(PlayerIsErased.placeholder)]
            )
        }
    }

    /// Lets a name, or a puuid, be synced again; what was erased is not brought back by it.
    ///
    /// - Returns: whether it was erased.
    public func readmit(_ reference: PersonReference) async throws -> Bool {
        let (kind, value) =
            switch reference {
            case .riotID(let id): ("riot_id", id.foldedKey)
            case .puuid(let puuid): ("puuid", puuid)
            case .summonerID(let id): ("puuid", String(id))
            }
        return try await pool.query(
            "DELETE FROM erasure WHERE key_scope = $1 AND kind = $2 AND hash = erasure_hash($1, $2, $3)",
            [.text(keyScope), .text(kind), .text(value)]
        ).affectedRows == 1
    }

    private func isErased(_ kind: String, _ value: String) async throws -> Bool {
        let rows = try await pool.query(Self.isErasedQuery, [.text(keyScope), .text(kind), .text(value)])
        return try rows.first?.bool("is_erased") ?? false
    }

    private static let isErasedQuery = SQL(
        trusted: "SELECT \(erasureCondition(scope: "$1", kind: "$2", value: "$3")) AS is_erased"
    )

    /// An SQL condition that says whether a value was erased; the hash is worked out only when there are erasures.
    static func erasureCondition(scope: String, kind: String, value: String) -> String {
        """
        CASE WHEN EXISTS (SELECT 1 FROM erasure) THEN EXISTS (
            SELECT 1 FROM erasure e
            WHERE e.key_scope = \(scope) AND e.kind = \(kind) AND e.hash = erasure_hash(\(scope), \(kind), \(value)))
        ELSE false END
        """
    }
}
