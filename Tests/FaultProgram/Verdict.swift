import FoundationEssentials
import Postgres
import RiotSimulator
import Supervision

/// What came of it all.
struct Verdict {
    let report: String
    let isGood: Bool

    static func of(_ system: FaultSystem, load: SyncLoad, journal: FaultJournal) async throws -> Verdict {
        let outcomes = await load.outcomes
        var complaints = await load.stuck.map { "a task did not end: \($0)" }
        if await load.fallen > 0 { complaints.append("progress fell \(await load.fallen) times") }
        var lost = 0
        for player in Set(outcomes.map(\.player)).sorted() {
            let expected = try await expectation(of: player, system)
            lost += try await missing(expected, system, &complaints)
        }
        for outcome in outcomes { complaints += judge(outcome) }
        let twice = try await countedTwice(system)
        if twice > 0 { complaints.append("\(twice) rows are there twice") }
        complaints += try await leftOver(system)
        var lines = await table(journal)
        lines.append(
            "\(outcomes.count) tasks of \(Set(outcomes.map(\.player)).count) players ended, "
                + "\(outcomes.count { $0.status.status == "SUCCESS" }) with SUCCESS"
        )
        lines.append("lost \(lost), counted twice \(twice)")
        lines += await journal.notes
        lines += complaints.prefix(50)
        return Verdict(report: lines.joined(separator: "\n"), isGood: complaints.isEmpty && lost == 0)
    }

    private static func table(_ journal: FaultJournal) async -> [String] {
        func pad(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        var lines = [pad("fault", 34) + pad("times", 8) + pad("jobs under way", 16) + "longest delay"]
        for (fault, line) in await journal.lines.sorted(by: { $0.value.times > $1.value.times }) {
            let delay = Double(line.longest.components.seconds) + Double(line.longest.components.attoseconds) / 1e18
            lines.append(
                pad(fault.name, 34) + pad(String(line.times), 8) + pad(String(line.jobs), 16)
                    + "\((delay * 10).rounded() / 10) s"
            )
        }
        return lines
    }

    /// A task's counts add up, and it ended as it should.
    private static func judge(_ outcome: SyncLoad.Outcome) -> [String] {
        let status = outcome.status
        guard status.status == "SUCCESS" else {
            return ["task \(outcome.task) ended with \(status.status): \(status.error ?? "")"]
        }
        let parts = (status.existing ?? 0) + (status.new ?? 0) + (status.unavailable ?? 0) + (status.failed?.count ?? 0)
        var complaints: [String] = []
        if status.total != parts || status.processed != status.total {
            complaints.append("the counts of task \(outcome.task) do not add up: \(status)")
        }
        if status.failed?.isEmpty == false { complaints.append("task \(outcome.task) has failed matches: \(status)") }
        return complaints
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
            SELECT (SELECT count(*) FROM sync_task WHERE finished_at IS NULL) AS tasks,
                (SELECT count(*) FROM sync_item WHERE match_state = 'open' OR timeline_state = 'open') AS items,
                (SELECT count(*) FROM fetch_failure) AS failures, (SELECT count(*) FROM rejected_body) AS rejections
            """
        )[0]
        var complaints: [String] = []
        for column in ["tasks", "items", "failures", "rejections"] where try row.int(column) > 0 {
            complaints.append("\(try row.int(column)) \(column) are left over")
        }
        return complaints
    }
}
