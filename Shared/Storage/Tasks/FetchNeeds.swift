import Postgres
import Reactor
import RiotModels

/// Finds out for many jobs at a time whether their bodies have to be asked for.
///
/// While one question is under way, those that come gather and go together in the next one. It owns no task of its own:
/// whoever finds nobody asking asks for all, and ends before the last of those for whom it asked.
final class FetchNeeds: Sendable {
    /// Jobs of one question.
    static let batch = 64

    private struct Question: Hashable {
        let kind: FetchKind
        let id: MatchID
    }

    private struct State {
        var waiting: [Question: [CheckedContinuation<FetchNeed, any Error>]] = [:]
        var isAsking = false
    }

    private let pool: PostgresPool
    private let keyScope: String
    private let state = Lock(State())

    init(pool: PostgresPool, keyScope: String) {
        self.pool = pool
        self.keyScope = keyScope
    }

    /// The answer for one job; a cancelled caller gets it too, within the time-out of the statement.
    func ask(_ kind: FetchKind, _ id: MatchID) async throws -> FetchNeed {
        try await withCheckedThrowingContinuation { continuation in
            let isFirst = state.withLock { state in
                state.waiting[Question(kind: kind, id: id), default: []].append(continuation)
                defer { state.isAsking = true }
                return !state.isAsking
            }
            if isFirst { Task { await self.askForAll() } }  // awaited through the continuations
        }
    }

    private func askForAll() async {
        while let (kind, waiting) = nextBatch() {
            do {
                let needs = try await needs(kind, waiting.map(\.key.id.text))
                for (question, continuations) in waiting {
                    let need = needs[question.id.text] ?? .request(keyIsRefused: false)
                    for continuation in continuations { continuation.resume(returning: need) }
                }
            } catch {
                for continuation in waiting.flatMap(\.value) { continuation.resume(throwing: error) }
            }
        }
    }

    /// Takes out some of one kind; nil when nobody waits, and then nobody asks any more.
    private func nextBatch() -> (FetchKind, [(key: Question, value: [CheckedContinuation<FetchNeed, any Error>])])? {
        state.withLock { state in
            guard let kind = state.waiting.keys.first?.kind else {
                state.isAsking = false
                return nil
            }
            let batch = Array(state.waiting.lazy.filter { $0.key.kind == kind }.prefix(Self.batch))
            for (question, _) in batch { state.waiting[question] = nil }
            return (kind, batch)
        }
    }

    private func needs(_ kind: FetchKind, _ ids: [String]) async throws -> [String: FetchNeed] {
        let rows = try await pool.query(
            kind == .match ? Self.matchQuery : Self.timelineQuery,
            [.textArray(ids), .text(keyScope)]
        )
        var needs: [String: FetchNeed] = [:]
        for row in rows { needs[try row.string("riot_id")] = try need(row) }
        return needs
    }

    private func need(_ row: PostgresRow) throws -> FetchNeed {
        if try row.bool("is_held") { return .held }
        if let reason = try row.optionalString("missing") { return .justMissing(reason: reason) }
        return .request(keyIsRefused: try row.bool("key_is_refused"))
    }

    /// A scalar subquery is looked up row by row; an `EXISTS` in its place may become a hash of the whole table, by a
    /// plan that was made while the table was small.
    private static let matchQuery: SQL = """
        SELECT w.riot_id,
            (SELECT true FROM match_key k JOIN match m ON m.id = k.id WHERE k.riot_id = w.riot_id) IS NOT NULL
                AS is_held,
            (SELECT f.reason FROM fetch_failure f
             WHERE f.kind = 'match' AND f.subject = w.riot_id AND f.status = 404
                AND f.last_seen_at > now() - interval '1 minute' AND (f.next_try_at IS NULL OR f.next_try_at > now())
                AND f.retry_asked_at IS NULL
                AND (SELECT true FROM sync_item i WHERE i.match_id = w.riot_id AND i.match_state = 'open' LIMIT 1)
                    IS NULL) AS missing,
            EXISTS (SELECT 1 FROM riot_key_state s WHERE s.key_scope = $2 AND s.rejected_at IS NOT NULL)
                AS key_is_refused
        FROM unnest($1::text[]) AS w (riot_id)
        """

    private static let timelineQuery: SQL = """
        SELECT w.riot_id,
            (SELECT true FROM match_key k JOIN timeline l ON l.match_id = k.id WHERE k.riot_id = w.riot_id) IS NOT NULL
                AS is_held,
            (SELECT f.reason FROM fetch_failure f
             WHERE f.kind = 'timeline' AND f.subject = w.riot_id AND f.status = 404
                AND f.last_seen_at > now() - interval '1 minute' AND (f.next_try_at IS NULL OR f.next_try_at > now())
                AND f.retry_asked_at IS NULL
                AND (SELECT true FROM sync_item i
                     WHERE i.match_id = w.riot_id AND (i.match_state = 'open' OR i.timeline_state = 'open') LIMIT 1)
                    IS NULL) AS missing,
            EXISTS (SELECT 1 FROM riot_key_state s WHERE s.key_scope = $2 AND s.rejected_at IS NOT NULL)
                AS key_is_refused
        FROM unnest($1::text[]) AS w (riot_id)
        """
}
