import Postgres
public import RiotModels

/// Whether a body has to be asked for.
public enum FetchNeed: Sendable, Equatable {
    /// It is held; no request is needed.
    case held
    /// Riot did not have it less than a minute ago, nobody has wanted it since, it is not due to be tried again, and no
    /// operator asked for it.
    ///
    /// A job can come twice, when its task is reconciled while it ends: the second one asks nothing.
    case justMissing(reason: String)
    /// It has to be asked for. If waiting tasks are told that Riot refuses the key, a good answer ends that.
    case request(keyIsRefused: Bool)
}

extension Storage {
    /// What a job has to know before it makes its request, in one statement.
    public func fetchNeed(_ kind: FetchKind, _ id: MatchID) async throws -> FetchNeed {
        let rows = try await pool.query(
            kind == .match ? Self.matchNeedQuery : Self.timelineNeedQuery,
            [.text(id.text), .text(keyScope)]
        )
        guard let row = rows.first else { return .request(keyIsRefused: false) }
        if try row.bool("is_held") { return .held }
        if let reason = try row.optionalString("missing") { return .justMissing(reason: reason) }
        return .request(keyIsRefused: try row.bool("key_is_refused"))
    }

    private static let matchNeedQuery: SQL = """
        SELECT EXISTS (SELECT 1 FROM match_key k JOIN match m ON m.id = k.id WHERE k.riot_id = $1) AS is_held,
            (SELECT f.reason FROM fetch_failure f
             WHERE f.kind = 'match' AND f.subject = $1 AND f.status = 404
                AND f.last_seen_at > now() - interval '1 minute' AND (f.next_try_at IS NULL OR f.next_try_at > now())
                AND f.retry_asked_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM sync_item i WHERE i.match_id = $1 AND i.match_state = 'open'))
                AS missing,
            EXISTS (SELECT 1 FROM riot_key_state s WHERE s.key_scope = $2 AND s.rejected_at IS NOT NULL)
                AS key_is_refused
        """

    private static let timelineNeedQuery: SQL = """
        SELECT EXISTS (SELECT 1 FROM match_key k JOIN timeline l ON l.match_id = k.id WHERE k.riot_id = $1) AS is_held,
            (SELECT f.reason FROM fetch_failure f
             WHERE f.kind = 'timeline' AND f.subject = $1 AND f.status = 404
                AND f.last_seen_at > now() - interval '1 minute' AND (f.next_try_at IS NULL OR f.next_try_at > now())
                AND f.retry_asked_at IS NULL
                AND NOT EXISTS (
                    SELECT 1 FROM sync_item i
                    WHERE i.match_id = $1 AND (i.match_state = 'open' OR i.timeline_state = 'open')))
                AS missing,
            EXISTS (SELECT 1 FROM riot_key_state s WHERE s.key_scope = $2 AND s.rejected_at IS NOT NULL)
                AS key_is_refused
        """
}
