import Redis
import TestSupport
import Testing

@testable import WorkQueue

/// The lanes could lie on the nodes of a Redis Cluster: all keys of one have one slot.
@Suite(.timeLimit(.minutes(2)))
struct ClusterTests {
    /// Random operations on a server in cluster mode that holds all slots; it refuses what is spread over several.
    @Test func everyKeyThatAScriptTouchesIsInTheSlotOfItsLane() async throws {
        let server = try await ScratchRedis([
            "--cluster-enabled", "yes", "--cluster-port", "\(try LoopbackSocket.freePort())",
        ])
        let redis = try TestRedis(url: server.url)
        let client = redis.client()
        _ = try await client.send(["CLUSTER", "ADDSLOTSRANGE", 0, 16_383])
        #expect(
            await Arrival.comes {
                try await client.send(["CLUSTER", "INFO"]).text?.contains("cluster_state:ok") == true
            }
        )
        let monitor = try RedisMonitor(socketPath: server.socketPath)
        let corner = QueueCorner(redis, client)
        var player = RandomPlayer(corner, seed: 1)
        for _ in 0..<600 { try await player.step() }
        try await player.compare("at the end")
        try await corner.queue.hold(lane: corner.lane, kind: "match", for: .milliseconds(1))
        for isPaused in [true, false] {
            _ = try await corner.queue.setPauses(lane: corner.lane, ["match": isPaused])
        }

        let slot = try #require(try await client.send(["CLUSTER", "KEYSLOT", RedisArgument(corner.keys)]).int)
        #expect(ClusterSlot.of(corner.keys) == Int(slot))
        var touched: Set<String> = []
        var seen: Set<[String]> = []
        for command in try await monitor.commandsOfScripts(client) where seen.insert(command).inserted {
            touched.formUnion(try await client.keys(of: command))
        }
        #expect(touched.count > 50)
        for key in touched.sorted() { #expect(ClusterSlot.of(key) == Int(slot), "\(key)") }
        await client.close()
    }

    @Test func lanesHaveSlotsOfTheirOwn() {
        #expect(ClusterSlot.of("123456789") == 12_739)  // the example of the cluster's specification: 0x31C3
        let slots = ["americas", "europe", "asia", "sea"].map { ClusterSlot.of("riftsync:lq:{\($0)}:match:wake") }
        #expect(Set(slots).count == 4)
    }
}
