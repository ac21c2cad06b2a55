import RiotSimulator
import Testing

/// A developer runs one service alone and feeds it a line.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AloneTests {
    private static let world =
        [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", "5",
        ] + SimulatorHandle.wide

    @Test func aWorkerWithoutRedisAndPostgreSQLAnswersWhatItWouldHaveStored() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            let id = try await riot.expectation(of: "Demo#NA1", year: 2025).matchIDs[0]
            let alone = ["REDIS_URL": "", "DATABASE_URL": ""]
            try await TestSystem.run(riot: riot, instances: ["match-worker", "timeline-worker"], settings: alone) {
                system in
                for (service, method) in [
                    ("match-worker", "sync_match_data"), ("timeline-worker", "sync_match_timeline"),
                ] {
                    let result = try await system.rpc(service, method, ["match_id": id])["result"] as? [String: Any]
                    #expect(result?["match_id"] as? String == id)
                    #expect(result?["stored"] as? Bool == false)
                    #expect((result?["would_store"] as? [String: Any])?.isEmpty == false)
                }
            }
        }
    }

    @Test func aCallOnTheSocketFetchesStoresAndAnswers() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            let id = try await riot.expectation(of: "Demo#NA1", year: 2025).matchIDs[0]
            try await TestSystem.run(riot: riot, instances: ["match-worker", "timeline-worker"]) { system in
                let first = try await system.rpc("match-worker", "sync_match_data", ["match_id": id])
                #expect((first["result"] as? [String: Any])?["state"] as? String == "stored")
                let again = try await system.rpc("match-worker", "sync_match_data", ["match_id": id])
                #expect((again["result"] as? [String: Any])?["state"] as? String == "existing")
                let timeline = try await system.rpc("timeline-worker", "sync_match_timeline", ["match_id": id])
                #expect((timeline["result"] as? [String: Any])?["state"] as? String == "stored")
                #expect(try await system.count("SELECT count(*) FROM raw_body") == 2)
                #expect(try await riot.stats().requests == 2)
                let missing = try await system.rpc("match-worker", "sync_match_data", ["match_id": "NA1_1"])
                #expect((missing["result"] as? [String: Any])?["state"] as? String == "unavailable")
            }
        }
    }

    @Test func aMatchIDThatIsNoneIsRefusedBeforeAnyRequest() async throws {
        try await SimulatorHandle.run(Self.world) { riot in
            try await TestSystem.run(riot: riot, instances: ["match-worker"]) { system in
                for id in ["", "NA1", "XX1_1", "NA1_", "NA1_x", "na1_1", "NA1_99999999999999999999", "../NA1_1"] {
                    let answer = try await system.rpc("match-worker", "sync_match_data", ["match_id": id])
                    #expect((answer["error"] as? [String: Any])?["code"] as? Int == -32602, "\(id): \(answer)")
                }
                #expect(try await riot.stats().requests == 0)
            }
        }
    }
}
