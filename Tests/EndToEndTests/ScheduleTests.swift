import Foundation
import Glibc
import Logging
import Postgres
import Redis
import RiotModels
import RiotSimulator
import Testing

/// Several beats and the killing of them, and the refresh of followed players, with the real programs.
@Suite(.serialized, .timeLimit(.minutes(8))) struct ScheduleTests {
    private static let world =
        [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", "12",
            "--player", "Demo#NA1", "--platform", "na1", "--year", String(year), "--matches", "9",
            "--player", "Other#NA1", "--platform", "na1", "--year", String(year), "--matches", "15",
        ] + SimulatorHandle.wide

    private static let year = CivilYear.year(ofMilliseconds: Int64(Date().timeIntervalSince1970) * 1_000)

    /// Every minute, and nothing else.
    private static let everyMinute = TestSystem.nothingByItself.replacing(
        "retry_unavailable: off",
        with: "retry_unavailable: * * * * *"
    )

    /// The instance that runs a tick or ran it last, of the newest row that fits.
    private func runner(_ system: TestSystem, _ condition: String) async throws -> String {
        let rows = try await system.pool.query(
            SQL(
                trusted: """
                    SELECT split_part(runner, '/', 2) AS name FROM schedule_run WHERE \(condition)
                    ORDER BY tick DESC LIMIT 1
                    """
            )
        )
        return try #require(rows.first).string("name")
    }

    private func expectAll(_ system: TestSystem, _ query: String, _ value: Int) async {
        let arrived = await system.arrives { try await system.count(query) == value }
        #expect(arrived, "\(query) did not become \(value)")
    }

    @Test func threeBeatsFireATickOnceAlthoughTheirLeaderIsKilled() async throws {
        let beats = ["beat", "beat-2", "beat-3"]
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(
                riot: riot,
                instances: ["orchestrator"] + beats,
                settings: ["SCHEDULE": Self.everyMinute]
            ) { system in
                await expectAll(system, "SELECT count(*) FROM schedule_run WHERE outcome = 'ok'", 1)
                let first = try await runner(system, "true")
                #expect(beats.contains(first))

                // The leader is killed in the middle of a run: the orchestrator does not answer it just then.
                let orchestrator = try #require(await system.pid("orchestrator"))
                Glibc.kill(orchestrator, SIGSTOP)
                await expectAll(system, "SELECT count(*) FROM schedule_run WHERE finished_at IS NULL", 1)
                let leader = try await runner(system, "finished_at IS NULL")
                await system.kill(leader)
                Glibc.kill(orchestrator, SIGCONT)
                await expectAll(system, "SELECT count(*) FROM schedule_run WHERE attempt = 2 AND outcome = 'ok'", 1)
                let heir = try await runner(system, "attempt = 2")
                #expect(heir != leader && beats.contains(heir))

                // And between two ticks.
                let ticks = try await system.count("SELECT count(*) FROM schedule_run")
                await system.kill(heir)
                let hasNext = await system.arrives {
                    try await system.count("SELECT count(*) FROM schedule_run WHERE outcome = 'ok'") > ticks
                }
                #expect(hasNext)
                // No minute is left out, none is there twice, and none was run again but the one that was cut off.
                let gaps = """
                    SELECT count(*) FROM (SELECT tick - lag(tick) OVER (ORDER BY tick) AS step FROM schedule_run) s
                    WHERE step <> interval '1 minute'
                    """
                #expect(try await system.count(gaps) == 0)
                #expect(try await system.count("SELECT count(*) FROM schedule_run WHERE attempt > 1") == 1)
                #expect(try await system.count("SELECT count(*) FROM schedule_run WHERE outcome <> 'ok'") == 0)
            }
        }
    }

    @Test func followedPlayersAreRefreshedBehindWhatOthersWaitFor() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                let asked = try await system.waitForEnd(try await system.startSync("Demo", "NA1"))
                #expect(asked.int("new_matches") == 12)
                #expect(try await refresh(system, dryRun: true) == "would sync 1 followed players")
                #expect(
                    try await refresh(system) == "started 1 syncs of 1 followed players, 0 were under way"
                )
                let done = "SELECT count(*) FROM sync_task WHERE is_background AND state = 'SUCCESS'"
                await expectAll(system, done, 1)
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: Self.year))
                // Once a day, and it makes nobody followed.
                #expect(
                    try await refresh(system) == "started 0 syncs of 0 followed players, 0 were under way"
                )
                _ = try await system.pool.query("UPDATE sync_task SET queued_at = queued_at - interval '2 days'")
                _ = try await system.pool.query("UPDATE summoner_profile SET refreshed_at = NULL")
                #expect(try await refresh(system, dryRun: true) == "would sync 1 followed players")
                _ = try await system.pool.query(
                    "UPDATE sync_task SET finished_at = finished_at - interval '31 days' WHERE NOT is_background"
                )
                #expect(try await refresh(system, dryRun: true) == "would sync 0 followed players")
            }
        }
    }

    @Test func whoAsksForARefreshThatIsUnderWayIsNotKeptInTheBackground() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                let other = try await system.waitForEnd(try await system.startSync("Other", "NA1", year: 2024))
                #expect(other.int("total_matches") == 0)
                await system.kill("match-worker")
                #expect(
                    try await refresh(system) == "started 1 syncs of 1 followed players, 0 were under way"
                )
                let listed = "SELECT count(*) FROM sync_task WHERE is_background AND state = 'PROGRESS'"
                await expectAll(system, listed, 1)
                await expectRing(system, 1, 15)
                let tasks = try await system.rpc("orchestrator", "sync.list")["result"] as? [String: Any]
                let background = (tasks?["tasks"] as? [[String: Any]])?.filter { $0["is_background"] as? Bool == true }
                #expect(background?.count == 1)

                let task = try await system.startSync("Other", "NA1", year: Self.year)
                #expect(try await system.count("SELECT count(*) FROM sync_task WHERE is_background") == 0)
                #expect(try await system.count("SELECT count(*) FROM sync_task") == 2, "it is the same task")
                await expectRing(system, 0, 15)
                await expectRing(system, 1, 0)
                try await system.start("match-worker")
                let end = try await system.waitForEnd(task)
                #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == 15)
            }
        }
    }

    @Test func aPauseOutlivesTheBeats() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot, instances: ["orchestrator", "beat"], settings: ["SCHEDULE": ""]) {
                system in
                let paused = try await system.rpc("beat", "schedule.pause", ["name": "reconcile", "reason": "a test"])
                #expect((paused["result"] as? [String: Any])?["changed"] as? Bool == true)
                await system.kill("beat")
                try await system.start("beat")
                let listed = try await system.rpc("beat", "schedule.list")["result"] as? [[String: Any]]
                let states = listed?.map { "\($0["name"] ?? "") \($0["state"] ?? "")" }
                #expect(states?.contains("reconcile paused") == true)
                #expect(states?.filter { $0.hasSuffix(" on") }.count == 5)
            }
        }
    }

    @Test(arguments: [
        ("SCHEDULE", "refresh_ranks: 61 * * * *", "SCHEDULE: refresh_ranks: \"61\" is no minute: it takes 0 to 59"),
        ("SCHEDULE_TIME_ZONE", "Europe/Berln", "SCHEDULE_TIME_ZONE: there is no zone \"Europe/Berln\""),
    ])
    func badSettingsOfTheScheduleAreRefused(name: String, value: String, sentence: String) async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot, instances: []) { system in
                let process = Process()
                process.executableURL = URL(filePath: try TestSystem.required("RIFTSYNC_BIN_DIR") + "/beat")
                process.environment = system.environment.merging([name: value]) { $1 }
                let output = Pipe()
                process.standardError = output
                try process.run()
                let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                #expect(process.terminationStatus == 78)
                #expect(text.contains(sentence), "\(text)")
            }
        }
    }

    // MARK: Looking

    /// What `schedule.run refresh_followed` says it did.
    private func refresh(_ system: TestSystem, dryRun: Bool = false) async throws -> String {
        let answer = try await system.rpc("beat", "schedule.run", ["name": "refresh_followed", "dry_run": dryRun])
        return try #require((answer["result"] as? [String: Any])?["detail"] as? String, "\(answer)")
    }

    /// How many matches wait in a ring of the players' lane.
    private func expectRing(_ system: TestSystem, _ ring: Int, _ count: Int) async {
        let arrived = await system.arrives { try await self.waiting(system, ring) == count }
        #expect(arrived, "ring \(ring) does not come to \(count)")
    }

    private func waiting(_ system: TestSystem, _ ring: Int) async throws -> Int {
        let client = RedisClient(
            address: try RedisAddress(parsing: system.environment["REDIS_URL"] ?? ""),
            name: "schedule-tests",
            logger: Logger(label: "schedule-tests")
        )
        let kind = "\(system.environment["REDIS_PREFIX"] ?? "")lq:{americas}:match"
        var count = 0
        do {
            let tenants = try await client.send(["LRANGE", RedisArgument("\(kind):ring:\(ring)"), "0", "-1"])
            for tenant in tenants.array?.compactMap(\.text) ?? [] {
                count += Int(try await client.send(["LLEN", RedisArgument("\(kind):t:\(tenant):\(ring)")]).int ?? 0)
            }
        } catch {
            await client.close()
            throw error
        }
        await client.close()
        return count
    }
}
