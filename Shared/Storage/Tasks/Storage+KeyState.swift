import Postgres

extension Storage {
    /// Riot refuses the key (401 or 403): waiting tasks say so from now on.
    ///
    /// The first refusal's time is kept.
    public func keyWasRejected(status: Int, detail: String) async throws {
        _ = try await pool.query(
            """
            INSERT INTO riot_key_state (key_scope, rejected_at, status, detail) VALUES ($1, now(), $2, $3)
            ON CONFLICT (key_scope) DO UPDATE
            SET rejected_at = coalesce(riot_key_state.rejected_at, now()), status = excluded.status,
                detail = excluded.detail
            """,
            [.text(keyScope), .int(Int64(status)), .text(detail)]
        )
    }

    /// Riot takes the key again.
    ///
    /// Cheap when it was never refused: nothing is written then.
    public func keyWasAccepted() async throws {
        _ = try await pool.query(
            """
            UPDATE riot_key_state SET rejected_at = NULL, status = NULL, detail = NULL
            WHERE key_scope = $1 AND rejected_at IS NOT NULL
            """,
            [.text(keyScope)]
        )
    }
}
