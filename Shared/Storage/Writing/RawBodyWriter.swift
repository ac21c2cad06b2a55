import Postgres
import RiotModels

/// The part of a guarded INSERT that keeps the body as it came, and forgets that it was missing or refused before.
enum RawBodyWriter {
    /// Clauses of a WITH, after a clause `stored` that returns the match's key as `id`.
    ///
    /// - Parameter first: how many parameters the statement has before those of `parameters`.
    static func clauses(after first: Int, kind: FetchKind) -> String {
        """
        body AS (
            INSERT INTO raw_body (match_id, kind, encoding, received_at, sha256, bytes)
            SELECT id, '\(kind.rawValue)', $\(first + 1), $\(first + 2), sha256($\(first + 3)::bytea), $\(first + 3)::bytea
            FROM stored
        ), failure AS (
            DELETE FROM fetch_failure
            WHERE kind = '\(kind.rawValue)' AND subject = $\(first + 4) AND EXISTS (SELECT 1 FROM stored)
        ), rejection AS (
            DELETE FROM rejected_body
            WHERE kind = '\(kind.rawValue)' AND riot_id = $\(first + 4) AND EXISTS (SELECT 1 FROM stored)
        )
        """
    }

    static func parameters(_ body: Body, receivedAt: Int64) -> [PostgresParameter] {
        [.text(body.encoding), .timestamp(milliseconds: receivedAt), .bytes(body.bytes), .text(body.id.text)]
    }
}
