import RiotSimulator
import Testing

extension LimitTests {
    /// Redis, which holds the shared limits, is killed in the middle of a sync.
    @Suite(.timeLimit(.minutes(3))) struct RedisOutageTests {
        private static let matches = 150
        private static let world = [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", String(matches),
            "--app-limit", "40:1,100:5", "--method-limit", "match=75:5", "--method-limit", "timeline=75:5",
            "--latency", "50-200",
        ]

        /// Milliseconds that Redis is away.
        private static let outage = 10_000.0
        /// Milliseconds within which work goes on.
        private static let patience = 2_000.0
        /// Until requests with a permit from before have been answered.
        private static let answers = 1_000.0

        @Test(arguments: [false, true])
        func withoutRedisNothingIsSentAndWorkGoesOnWhenItIsBack(isEmptied: Bool) async throws {
            try await withPrivateServers { servers in
                try await SimulatorHandle.run(Self.world) { riot in
                    try await TestSystem.run(riot: riot, settings: servers.settings) { system in
                        let id = try await system.startSync("Demo", "NA1")
                        try await system.wait(for: id) { $0.int("progress") ?? 0 >= 15 }
                        await servers.killRedis()
                        let killed = try await riot.now()
                        try await riot.wait(untilTime: killed + Self.outage)
                        #expect(try await system.status(id).string("status") == "PROGRESS")
                        if isEmptied { try servers.emptyRedis() }
                        let starts = try await riot.now()
                        try await servers.startRedis()
                        let returned = try await riot.now()
                        let log = try await riot.waitForLog("a match is fetched after the return of Redis") { log in
                            !log.sent(after: starts).of(route: "americas", method: "match").isEmpty
                        }
                        let without = log.sent(after: killed + Self.answers, before: starts)
                        #expect(without.isEmpty, "\(without)")
                        // Not any request: a timeline may follow a match that was on its way, without the ledger.
                        let matches = log.sent(after: starts).of(route: "americas", method: "match")
                        let first = try #require(matches.map(\.sent).min())
                        #expect(
                            first - returned <= Self.patience,
                            "work went on \(first - returned) ms after the return"
                        )

                        _ = try await riot.waitForLog("windows have been filled after the return") { log in
                            log.sent(after: starts).count >= 150
                        }
                        try await riot.post(
                            "/_sim/limits",
                            #"{"application":"5000:1","methods":{"match":"5000:1","timeline":"5000:1"}}"#
                        )
                        let end = try await system.waitForEnd(id)
                        #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == Self.matches)
                        #expect((end.json["failed_matches"] as? [String])?.isEmpty == true)
                        let violations = try await riot.violations()
                        #expect(violations.violations.isEmpty, "\(violations.violations)")
                        try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
                    }
                }
            }
        }
    }
}
