import Foundation
import Postgres
import RiotSimulator
import Testing

/// What operators do to the queue: dead letters and pauses, over JSON-RPC and `riftctl`.
@Suite(.serialized, .timeLimit(.minutes(5))) struct OperatorTests {
    private static let patience = 3_000.0
    /// Without beat, which would try things again by itself when its time comes.
    private static let services = TestSystem.everyService.filter { $0 != "beat" }

    private static func world(matches: Int, _ more: [String] = SimulatorHandle.wide) -> [String] {
        ["--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", String(matches)] + more
    }

    private func result(_ answer: [String: Any]) throws -> [String: Any] {
        try #require(answer["result"] as? [String: Any], "\(answer)")
    }

    /// The lists of one kind in `americas`.
    private func stats(_ system: TestSystem, _ kind: String) async throws -> [String: Any] {
        let lines = try await system.rpc("orchestrator", "queue.stats")["result"] as? [[String: Any]] ?? []
        return try #require(lines.first { $0["lane"] as? String == "americas" && $0["kind"] as? String == kind })
    }

    private func runningJobs(_ system: TestSystem) async throws -> [[String: Any]] {
        try #require(try await system.rpc("match-worker", "worker.jobs")["result"] as? [[String: Any]])
    }

    @Test func aWorkerTellsWhatItRuns() async throws {
        try await SimulatorHandle.run(Self.world(matches: 5, ["--latency", "1500-1500"] + SimulatorHandle.wide)) {
            riot in
            try await TestSystem.run(riot: riot, instances: Self.services) { system in
                #expect(try await runningJobs(system).isEmpty)
                let task = try await system.startSync("Demo", "NA1")
                // The first one finds out the limits, and runs alone.
                #expect(await system.arrives { try await runningJobs(system).count == 4 })
                let running = try await runningJobs(system)
                let wanted = try await riot.expectation(of: "Demo#NA1", year: 2025).matchIDs.map { "match:\($0)" }
                #expect(Set(running.compactMap { $0["job"] as? String }).isStrictSubset(of: wanted))
                #expect(running.allSatisfy { $0["lane"] as? String == "americas" && $0["attempt"] as? Int == 1 })
                #expect(running.allSatisfy { $0["stalls"] as? Int == 0 })
                #expect(running.allSatisfy { (0...3_000).contains($0["running_ms"] as? Int ?? -1) })
                _ = try await system.waitForEnd(task)
                #expect(await system.arrives { try await runningJobs(system).isEmpty })
            }
        }
    }

    // MARK: Dead letters

    /// A sync that ends with so many failed matches.
    private func failedSync(_ system: TestSystem, _ riot: SimulatorHandle, failures: Int) async throws -> String {
        try await riot.post("/_sim/fault", #"{"fault":"status","method":"match","status":400,"count":\#(failures)}"#)
        let task = try await system.startSync("Demo", "NA1")
        let end = try await system.waitForEnd(task)
        #expect(end.string("status") == "SUCCESS")
        #expect((end.json["failed_matches"] as? [String])?.count == failures)
        return task
    }

    @Test func aMatchThatFailedForGoodIsTriedAgainByAnOperatorAndStored() async throws {
        try await SimulatorHandle.run(Self.world(matches: 12)) { riot in
            try await TestSystem.run(riot: riot, instances: Self.services) { system in
                let task = try await failedSync(system, riot, failures: 3)
                let list = try result(try await system.rpc("orchestrator", "queue.dead.list"))
                let letters = try #require(list["letters"] as? [[String: Any]])
                #expect(letters.count == 3 && list["next"] == nil)
                #expect(letters.allSatisfy { $0["tasks"] as? Int == 1 && $0["route"] as? String == "americas" })
                #expect(letters.allSatisfy { ($0["reason"] as? String)?.contains("400") == true })
                #expect(try await stats(system, "match")["dead"] as? Int == 3)
                let groups = try await system.riftctl("dead", "--groups")
                #expect(groups.code == 0 && groups.text.split(separator: "\n").count == 2, "\(groups.text)")

                let id = try #require(letters[0]["subject"] as? String)
                let shown = try result(
                    try await system.rpc("orchestrator", "queue.dead.show", ["kind": "match", "subject": id])
                )
                #expect((shown["failed_in"] as? [[String: Any]])?.first?["task_id"] as? String == task)
                #expect((shown["payload"] as? String)?.contains(#""method":"sync_match_data""#) == true)
                let page = try await system.riftctl("dead", "show", "match:\(id)")
                #expect(page.code == 0 && page.text.contains(task), "\(page.text)")

                let dry = try await system.riftctl("dead", "retry", "--kind", "match", "--dry-run")
                #expect(dry.code == 0 && dry.text.contains("3 matches"), "\(dry.text)")
                #expect(try await system.count("SELECT count(*) FROM fetch_failure WHERE retry_asked_at IS NULL") == 3)
                try await riot.reset()
                let retried = try await system.riftctl("dead", "retry", "--kind", "match")
                #expect(retried.code == 0 && retried.text.hasPrefix("3 matches"), "\(retried.text)")
                let isStored = await system.arrives { try await system.count("SELECT count(*) FROM match") == 12 }
                #expect(isStored)
                #expect(try await system.count("SELECT count(*) FROM fetch_failure") == 0)
                #expect(try await system.riftctl("dead").text.hasPrefix("There are no such dead letters."))
                #expect(try await stats(system, "match")["dead"] as? Int == 0)

                // Nobody else asks for their timelines: the task has ended, and keeps its counts.
                let due = try result(try await system.rpc("orchestrator", "maintenance.retry_unavailable"))
                #expect(due["timelines"] as? Int == 3)
                let isWhole = await system.arrives { try await system.count("SELECT count(*) FROM timeline") == 12 }
                #expect(isWhole)
                #expect((try await system.status(task).json["failed_matches"] as? [String])?.count == 3)
                let requests = try await riot.stats()
                #expect(requests.byMethod == ["match": 3, "timeline": 3])
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))

                #expect(try await system.riftctl("dead", "retry", "match:\(id)").code == 69)
                #expect(try await system.riftctl("dead", "retry", "--kind", "nonsense").code == 64)
            }
        }
    }

    @Test func aRetryThatWasAskedForOutlivesARedisThatWasEmptied() async throws {
        try await SimulatorHandle.run(Self.world(matches: 5)) { riot in
            try await TestSystem.run(riot: riot, instances: Self.services) { system in
                _ = try await failedSync(system, riot, failures: 2)
                _ = try result(try await system.rpc("orchestrator", "queue.pause", ["kind": "match"]))
                let asked = try result(try await system.rpc("orchestrator", "queue.dead.retry", ["kind": "match"]))
                #expect(asked["matches"] as? Int == 2 && asked["left"] as? Int == 0)
                let again = try result(try await system.rpc("orchestrator", "queue.dead.retry", ["kind": "match"]))
                #expect(again["matches"] as? Int == 2)
                #expect(try await stats(system, "match")["waiting"] as? Int == 2)
                try await system.removeRedisKeys()
                let isBack = await system.arrives { try await stats(system, "match")["waiting"] as? Int == 2 }
                #expect(isBack)
                _ = try result(try await system.rpc("orchestrator", "queue.resume"))
                let isStored = await system.arrives { try await system.count("SELECT count(*) FROM match") == 5 }
                #expect(isStored)
                #expect(try await system.count("SELECT count(*) FROM fetch_failure") == 0)
            }
        }
    }

    @Test func aSyncThatFailedIsStartedAgainByAnOperator() async throws {
        try await SimulatorHandle.run(Self.world(matches: 3)) { riot in
            try await TestSystem.run(riot: riot, instances: Self.services) { system in
                try await riot.post("/_sim/fault", #"{"fault":"status","method":"account","status":400}"#)
                let failed = try await system.startSync("Demo", "NA1")
                #expect(try await system.waitForEnd(failed).string("status") == "FAILURE")
                let list = try result(try await system.rpc("orchestrator", "queue.dead.list", ["kind": "player"]))
                #expect((list["letters"] as? [[String: Any]])?.map { $0["subject"] as? String } == [failed])
                try await riot.post("/_sim/faults/clear", "{}")
                let retried = try await system.riftctl("dead", "retry", "player:\(failed)")
                #expect(retried.code == 0 && retried.text.contains("1 syncs"), "\(retried.text)")
                let isDone = await system.arrives {
                    try await system.count("SELECT count(*) FROM sync_task WHERE state = 'SUCCESS'") == 1
                }
                #expect(isDone)
                #expect(try await system.count("SELECT count(*) FROM match") == 3)
                #expect(try await system.status(failed).string("status") == "FAILURE")
                #expect(try await system.riftctl("dead").text.hasPrefix("There are no such dead letters."))

                let again = try await system.riftctl("task", "retry", failed)
                #expect(again.code == 0 && again.text.hasPrefix("\(failed) is tried again as "), "\(again.text)")
                let next = try #require(again.text.split(whereSeparator: \.isWhitespace).last.map(String.init))
                #expect(try await system.waitForEnd(next).string("status") == "SUCCESS")
                let nobody = try await system.riftctl("task", "retry", "01934f6e-7a3b-7c1d-8e2f-0123456789ab")
                #expect(nobody.code == 64, "\(nobody.text)")
            }
        }
    }

    @Test func aNameThatNobodyCanAskForKeepsNoOtherSyncFromBeingRetried() async throws {
        let other = ["--player", "Other#NA1", "--platform", "na1", "--year", "2025"]
        let world = Self.world(matches: 3, other + SimulatorHandle.wide)
        try await SimulatorHandle.run(world) { riot in
            try await TestSystem.run(riot: riot, instances: Self.services) { system in
                try await riot.post("/_sim/fault", #"{"fault":"status","method":"account","status":400}"#)
                for name in ["Demo", "Other"] {
                    let failed = try await system.startSync(name, "NA1")
                    #expect(try await system.waitForEnd(failed).string("status") == "FAILURE")
                }
                try await riot.post("/_sim/faults/clear", "{}")
                _ = try await system.pool.query("UPDATE sync_task SET game_name = 'No#Name' WHERE game_name = 'Other'")
                let retried = try await system.riftctl("dead", "retry", "--kind", "player")
                #expect(retried.code == 0 && retried.text.contains("1 syncs"), "\(retried.text)")
            }
        }
    }

    // MARK: Pauses

    @Test func aPauseOutlivesRedisAndTheOrchestratorAndEndsAtOnce() async throws {
        let slow = ["--app-limit", "15:1", "--latency", "20-60"]
        try await SimulatorHandle.run(Self.world(matches: 90, slow)) { riot in
            try await TestSystem.run(riot: riot, instances: Self.services) { system in
                let task = try await system.startSync("Demo", "NA1")
                try await system.wait(for: task) { $0.int("progress") ?? 0 >= 5 }
                let paused = try result(try await system.rpc("orchestrator", "queue.pause"))
                #expect(paused["changed"] as? Int == 12 && paused["in_force"] as? Bool == true)
                let again = try await system.riftctl("queue", "pause")
                #expect(again.code == 0 && again.text.contains("12 of these 12 were so before"), "\(again.text)")
                let isQuiet = await system.arrives {
                    for kind in ["match", "timeline"] {
                        let line = try await stats(system, kind)
                        guard line["running"] as? Int == 0, line["paused"] as? Bool == true else { return false }
                    }
                    return true
                }
                #expect(isQuiet)
                let held = try await system.count("SELECT count(*) FROM match")
                #expect(held > 0 && held < 90)
                let requests = try await riot.stats().requests

                try await system.removeRedisKeys()
                await system.kill("orchestrator")
                try await system.start("orchestrator")
                let isBack = await system.arrives {
                    let line = try await stats(system, "match")
                    return line["waiting"] as? Int == 90 - held && line["paused"] as? Bool == true
                }
                #expect(isBack)
                // Longer than any worker waits for its bell.
                try await riot.wait(untilTime: try await riot.now() + Self.patience)
                #expect(try await riot.stats().requests == requests)
                #expect(try await system.count("SELECT count(*) FROM match") == held)
                let waits = try await system.wait(for: task) { $0.string("waiting_for") == "queue" }
                #expect(waits.string("status") == "PROGRESS")
                let told = "SELECT count(*) FROM sync_task WHERE waiting_detail LIKE 'An operator has paused match%'"
                #expect(try await system.count(told) == 1)
                let shown = try await system.riftctl("queue")
                #expect(shown.code == 0 && shown.text.contains("paused since"), "\(shown.text)")
                let tenants = try result(
                    try await system.rpc("orchestrator", "queue.tenants", ["kind": "match", "route": "americas"])
                )
                let tenant = try #require((tenants["tenants"] as? [[String: Any]])?.first)
                #expect(tenant["tenant"] as? String == task && tenant["waiting"] as? Int == 90 - held)

                try await riot.post(
                    "/_sim/limits",
                    #"{"application":"5000:1","methods":{"match":"5000:1","timeline":"5000:1"}}"#
                )
                let resumed = try await system.riftctl("queue", "resume")
                #expect(resumed.code == 0, "\(resumed.text)")
                let end = try await system.waitForEnd(task)
                #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == 90)
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
                #expect(try await system.riftctl("queue", "pause", "--kind", "fin").code == 64)
            }
        }
    }
}
