import FoundationEssentials
import Postgres
import RiotSimulator
import Supervision

/// What the database holds, beside what the simulator's world should have left in it.
struct Stored {
    private(set) var lost = 0
    private(set) var twice = 0
    private(set) var complaints: [String] = []

    var line: String { "lost \(lost), counted twice \(twice)" }

    /// Compares what was stored for some players, when all of their tasks have ended.
    static func compared(_ system: FaultSystem, players: Set<Int>) async throws -> Stored {
        var stored = Stored()
        for player in players.sorted() {
            let expected = try await expectation(of: player, system)
            stored.lost += try await missing(expected, system, &stored.complaints)
        }
        stored.twice = try await countedTwice(system)
        if stored.twice > 0 { stored.complaints.append("\(stored.twice) rows are there twice") }
        stored.complaints += try await leftOver(system)
        return stored
    }

    private static func expectation(of player: Int, _ system: FaultSystem) async throws -> WorldExpectation {
        let name = system.world.name(player).replacing(" ", with: "%20").replacing("#", with: "%23")
        let path = "/_sim/world?player=\(name)&platform=\(system.world.platform(player))&year=\(FaultWorld.year)"
        let bytes = try await LocalExchange.ask(
            .tcp(host: "127.0.0.1", port: FaultSystem.simulatorPort),
            Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8),
            limit: 64 << 20,
            until: .now + .seconds(60),
            isComplete: nil
        )
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 200"), let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}")
        else { throw FaultFailure("the simulator does not tell of \(system.world.name(player))") }
        return try JSONDecoder().decode(WorldExpectation.self, from: Data(text[start...end].utf8))
    }

    /// Matches and timelines that should be there and are not; sums that differ are complaints.
    private static func missing(
        _ expected: WorldExpectation,
        _ system: FaultSystem,
        _ complaints: inout [String]
    ) async throws -> Int {
        let row = try await system.pool.query(
            """
            SELECT count(m.id) AS matches, coalesce(sum(p.participants), 0)::bigint AS participants,
                coalesce(sum(p.kills), 0)::bigint AS kills, coalesce(sum(p.gold), 0)::bigint AS gold
            FROM match_key k JOIN match m ON m.id = k.id
            LEFT JOIN LATERAL (
                SELECT count(*) AS participants, sum(kills) AS kills, sum(gold_earned) AS gold
                FROM match_participant WHERE match_id = m.id
            ) p ON true
            WHERE k.riot_id = ANY ($1::text[])
            """,
            [.textArray(expected.matchIDs)]
        )[0]
        let timelines = try await system.pool.query(
            """
            SELECT count(*) AS n, coalesce(sum(frame_count), 0)::bigint AS frames,
                coalesce(sum(event_count), 0)::bigint AS events
            FROM match_key k JOIN timeline t ON t.match_id = k.id WHERE k.riot_id = ANY ($1::text[])
            """,
            [.textArray(expected.timelineIDs)]
        )[0]
        let held = (try row.int("matches"), try timelines.int("n"))
        let everybody = expected.everybody
        if held.0 == expected.matchIDs.count, held.1 == expected.timelineIDs.count,
            try row.int("participants") != everybody.participants || row.int("kills") != everybody.kills
                || row.int("gold") != everybody.gold || timelines.int("frames") != expected.timelines.frames
                || timelines.int("events") != expected.timelines.events
        {
            complaints.append("the figures of \(expected.player) differ")
        }
        let lost = expected.matchIDs.count - held.0 + expected.timelineIDs.count - held.1
        if lost != 0 { complaints.append("\(expected.player) lacks \(lost) matches or timelines") }
        return lost
    }

    private static func countedTwice(_ system: FaultSystem) async throws -> Int {
        try await system.pool.query(
            """
            SELECT (SELECT count(*) - count(DISTINCT riot_id) FROM match_key)
                + (SELECT count(*) FROM (SELECT 1 FROM sync_item i GROUP BY task_id, match_id HAVING count(*) > 1) d)
                + (SELECT abs((SELECT count(*) FROM raw_body) - (SELECT count(*) FROM match)
                    - (SELECT count(*) FROM timeline)))
                AS n
            """
        )[0].int("n")
    }

    /// What should not be there when all tasks have ended.
    private static func leftOver(_ system: FaultSystem) async throws -> [String] {
        let row = try await system.pool.query(
            """
            SELECT (SELECT count(*) FROM sync_task WHERE finished_at IS NULL OR state <> 'SUCCESS') AS tasks,
                (SELECT count(*) FROM sync_item WHERE match_state = 'open' OR timeline_state = 'open') AS items,
                (SELECT count(*) FROM fetch_failure) AS failures, (SELECT count(*) FROM rejected_body) AS rejections
            """
        )[0]
        var complaints: [String] = []
        for column in ["tasks", "items", "failures", "rejections"] where try row.int(column) > 0 {
            complaints.append("\(try row.int(column)) \(column) have not come to a good end")
        }
        return complaints
    }
}
