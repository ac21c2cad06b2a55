import Postgres
import RiotSimulator
import Supervision
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct CrashTests {
    private static let world =
        [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", "100", "--latency", "60-200",
        ] + SimulatorHandle.wide

    @Test func eachServiceKilledInTheMiddleOfASyncLosesAndDoublesNothing() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                let id = try await system.startSync("Demo", "NA1")
                for (progress, service) in [
                    (5, "match-worker"), (15, "timeline-worker"), (30, "orchestrator"), (45, "gateway"), (60, "beat"),
                ] {
                    try await system.wait(for: id) {
                        $0.int("progress") ?? 0 >= progress || $0.string("status") == "SUCCESS"
                    }
                    await system.kill(service)
                    try await system.start(service)
                }
                let end = try await system.waitForEnd(id)
                #expect(end.string("status") == "SUCCESS")
                #expect(end.int("total_matches") == 100 && end.int("processed_matches") == 100)
                #expect(end.int("new_matches") == 100)
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
            }
        }
    }

    @Test func everyServiceKilledAtOnceGoesOnWhereItWas() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                let id = try await system.startSync("Demo", "NA1")
                try await system.wait(for: id) { $0.int("progress") ?? 0 >= 20 }
                for service in TestSystem.everyService { await system.kill(service) }
                for service in TestSystem.everyService { try await system.start(service) }
                let end = try await system.waitForEnd(id)
                #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == 100)
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
            }
        }
    }

    @Test func anEmptiedRedisIsAnOrdinaryEvent() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                let id = try await system.startSync("Demo", "NA1")
                try await system.wait(for: id) { $0.int("progress") ?? 0 >= 20 }
                try await system.removeRedisKeys()
                let end = try await system.waitForEnd(id)
                #expect(end.string("status") == "SUCCESS" && end.int("total_matches") == 100)
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
            }
        }
    }

    @Test func aTaskThatPostgreSQLRefusesKeepsNoOtherFromComingBack() async throws {
        try await SimulatorHandle.run(Self.world + ["--player", "Other#NA1", "--platform", "na1", "--year", "2025"]) {
            riot in
            try await TestSystem.run(riot: riot) { system in
                await system.kill("match-worker")
                // The first in the reconciler's order cannot be looked at: one of its ids is none.
                let broken = try await system.startSync("Demo", "NA1")
                try await system.wait(for: broken) { $0.string("status") == "PROGRESS" }
                _ = try await system.pool.query(
                    """
                    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'this task is broken' USING ERRCODE = '22003'; END $$
                    """
                )
                _ = try await system.pool.query(
                    "UPDATE sync_item SET match_state = 'unavailable', timeline_state = 'none'"
                )
                _ = try await system.pool.query(
                    """
                    CREATE TRIGGER refuse BEFORE UPDATE OF step ON sync_task FOR EACH ROW
                    WHEN (NEW.game_name = 'Demo') EXECUTE FUNCTION refuse()
                    """
                )
                let id = try await system.startSync("Other", "NA1")
                try await system.wait(for: id) { $0.string("status") == "PROGRESS" }
                try await system.removeRedisKeys()
                try await system.start("match-worker")
                #expect(try await system.waitForEnd(id).string("status") == "SUCCESS")
                #expect(try await system.status(broken).string("status") == "PROGRESS")
                _ = try await system.pool.query("DROP TRIGGER refuse ON sync_task")
                #expect(try await system.waitForEnd(broken).string("status") == "SUCCESS", "it ends when it can")
            }
        }
    }

    @Test func aPlayerWhomPostgreSQLRefusesCostsAttemptsAndSaysSo() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                _ = try await system.pool.query(
                    """
                    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'integer out of range' USING ERRCODE = '22003'; END $$
                    """
                )
                _ = try await system.pool.query(
                    "CREATE TRIGGER refuse BEFORE INSERT ON summoner_profile FOR EACH ROW EXECUTE FUNCTION refuse()"
                )
                let id = try await system.startSync("Demo", "NA1")
                try await system.wait(for: id) { $0.string("status") == "RETRY" }
                let attempts = try await system.count("SELECT attempt FROM sync_task WHERE error LIKE '%out of range.'")
                #expect(attempts > 0)
                _ = try await system.pool.query("DROP TRIGGER refuse ON summoner_profile")
                #expect(try await system.waitForEnd(id).string("status") == "SUCCESS")
            }
        }
    }

    @Test func aServiceThatIsToldToStopEndsWithZero() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot) { system in
                let id = try await system.startSync("Demo", "NA1")
                try await system.wait(for: id) { $0.int("progress") ?? 0 >= 10 }
                for service in TestSystem.everyService where service != "gateway" {
                    #expect(await system.stop(service) == .exited(0), "\(service)")
                    try await system.start(service)
                }
                #expect(try await system.waitForEnd(id).string("status") == "SUCCESS")
            }
        }
    }

    @Test func theJobsOfAKilledWorkerAreTakenByAnotherLongBeforeTheirLeasesEnd() async throws {
        let slow = [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", "24", "--latency", "3000-3000",
        ]
        try await SimulatorHandle.run(slow + SimulatorHandle.wide) { riot in
            let instances = TestSystem.everyService + ["match-worker-2"]
            try await TestSystem.run(riot: riot, instances: instances) { system in
                let id = try await system.startSync("Demo", "NA1")
                // All but the one that found out the limits; each of them takes three seconds.
                let isSpread = await Readiness { _ in
                    let one = await system.jobsHeld(by: "match-worker")
                    let other = await system.jobsHeld(by: "match-worker-2")
                    return one > 0 && other > 0 && one + other >= 23 ? .ready : .notYet("\(one) and \(other)")
                }.wait(until: .now + TestSystem.patience)
                #expect(isSpread == .ready, "both workers hold jobs at the same time")
                await system.kill("match-worker")
                // Below the 30 seconds of a lease.
                let end = try await system.waitForEnd(id, within: .seconds(25))
                #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == 24)
                #expect(system.logs().contains("jobs of lost workers run again"))
            }
        }
    }
}
