import Postgres
import Redis
import RiotSimulator
import Supervision
import TestSupport
import Testing

/// A server dies in the middle of a sync, and the one that stood behind it takes its place.
@Suite(.serialized, .timeLimit(.minutes(4))) struct FailoverTests {
    private static let matches = 300
    private static let world =
        [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", String(matches), "--latency",
            "50-150",
        ] + SimulatorHandle.wide

    @Test func aSyncGoesOnAtTheRedisThatSentinelsPromote() async throws {
        try await withScratchSentinels { group in
            try await SimulatorHandle.run(Self.world) { riot in
                try await TestSystem.run(riot: riot, settings: ["REDIS_URL": group.url()]) { system in
                    let id = try await system.startSync("Demo", "NA1")
                    try await system.wait(for: id) { $0.int("progress") ?? 0 >= 10 }
                    try await Self.expectOneSlotPerLane(on: group.first)
                    group.first.kill()
                    let killedAt = try await system.status(id)
                    #expect(killedAt.int("progress") ?? 100 < 90, "\(killedAt.text)")
                    try await Self.expectAll(of: try await system.waitForEnd(id), system, riot)
                    // Work went over the new master, and nowhere else.
                    let redis = try TestRedis(url: "redis://127.0.0.1:\(group.second.port)").client()
                    #expect(try await redis.send(["ROLE"]).array?.first?.text == "master")
                    #expect(try await redis.send(["CLIENT", "LIST"]).text?.contains("name=match-worker") == true)
                    await redis.close()
                    try await Self.expectOneSlotPerLane(on: group.second)
                    let health = try await system.http("GET", "/readyz?verbose")
                    #expect(health.status == 200 && health.text.contains("append-only"), "\(health.text)")
                }
            }
        }
    }

    @Test func aSyncGoesOnAtThePostgreSQLThatIsPromoted() async throws {
        try await withReplicatedPostgres { servers in
            try await servers.primary.makeDatabase("riftsync")
            let settings = ["DATABASE_URL": servers.url(database: "riftsync")]
            try await SimulatorHandle.run(Self.world) { riot in
                try await TestSystem.run(riot: riot, settings: settings) { system in
                    let id = try await system.startSync("Demo", "NA1")
                    let before = try await system.wait(for: id) { $0.int("progress") ?? 0 >= 10 }
                    #expect(before.int("progress") ?? 100 < 90, "\(before.text)")
                    await servers.primary.kill()
                    try await servers.promote()
                    try await Self.expectAll(of: try await system.waitForEnd(id), system, riot)
                    #expect(try await system.count("SELECT count(*) FROM pg_stat_wal_receiver") == 0)
                }
            }
        }
    }

    /// Looks at every key: a lane's, and those of a route's limits, belong to one slot of a Redis Cluster.
    private static func expectOneSlotPerLane(on server: ScratchRedis) async throws {
        let redis = try TestRedis(url: server.url).client()
        var keys: Set<String> = []
        var cursor = "0"
        repeat {
            let page = try await redis.send(["SCAN", RedisArgument(cursor), "COUNT", "1000"])
            cursor = page.array?.first?.text ?? "0"
            keys.formUnion(page.array?.last?.array?.compactMap(\.text) ?? [])
        } while cursor != "0"
        await redis.close()
        let tagged = keys.filter { $0.contains("{") }
        let lanes = Dictionary(grouping: tagged) { $0.prefix { $0 != "}" } }
        #expect(lanes.keys.contains { $0.hasSuffix("lq:{americas") }, "\(lanes.keys)")
        for (lane, keys) in lanes { #expect(Set(keys.map(ClusterSlot.of)).count == 1, "\(lane)}") }
        let others = keys.subtracting(tagged).filter { $0.contains(":lq:") && !$0.hasSuffix(":lq:known") }
        #expect(others.isEmpty, "\(others)")
    }

    private static func expectAll(of end: HTTPAnswer, _ system: TestSystem, _ riot: SimulatorHandle) async throws {
        #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == matches, "\(end.text)")
        #expect(end.int("processed_matches") == matches && end.int("total_matches") == matches, "\(end.text)")
        #expect((end.json["failed_matches"] as? [String])?.isEmpty == true, "\(end.text)")
        try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
        #expect(try await system.count("SELECT count(*) FROM fetch_failure") == 0)
        for service in TestSystem.everyService { #expect(await system.pid(service) != nil, "\(service) ended") }
    }
}
