import RiotSimulator
import Testing

extension LimitTests {
    /// What `Tests/Benchmarks/quota` measures for ten minutes, for less than one.
    @Suite(.timeLimit(.minutes(3))) struct QuotaTests {
        private static let players = 8
        private static let matches = 60
        /// Whole windows of 10 s.
        private static let windows = 4

        private static let instances = [
            "orchestrator", "gateway", "match-worker", "match-worker-2", "timeline-worker", "timeline-worker-2", "beat",
        ]

        @Test func fourWorkersUseTheWholeQuotaAndAreNeverRefused() async throws {
            var world = [
                "--platform", "na1", "--year", "2025", "--matches", String(Self.matches),
                "--app-limit", "20:1,100:10", "--method-limit", "match=250:10", "--method-limit", "timeline=250:10",
                "--latency", "50-800", "--lost", "0.01",
            ]
            for number in 1...Self.players { world += ["--player", "Player \(number)#NA1"] }
            try await SimulatorHandle.run(world) { riot in
                try await TestSystem.run(riot: riot, instances: Self.instances) { system in
                    for number in 1...Self.players { _ = try await system.startSync("Player \(number)", "NA1") }
                    let opened = try await Self.firstOpening(riot)
                    let end = opened + Self.windows * 10_000
                    try await riot.wait(untilTime: Double(end))
                    let use = try await riot.use(until: end)
                    let stats = try await riot.stats()
                    let binding = try #require(use.routes.first { $0.route == "americas" }?.binding)
                    #expect(
                        stats.matches.distinct < Self.players * Self.matches,
                        "the work has run out before the time"
                    )
                    #expect(binding.method == nil && binding.limit == 100 && binding.seconds == 10)
                    #expect(binding.allowed == Self.windows * 100)
                    #expect(binding.share >= 0.97, "\(binding)")
                    #expect(stats.applicationViolations == 0 && stats.methodViolations == 0)
                    let violations = try await riot.violations()
                    #expect(violations.violations.isEmpty, "\(violations.violations)")
                    #expect(
                        stats.faults["lost"] ?? 0 > 0,
                        "no answer was lost, so this has not shown that one does no harm"
                    )
                }
            }
        }

        /// When the application's window of the route opened first, in milliseconds of the simulator's time.
        private static func firstOpening(_ riot: SimulatorHandle) async throws -> Int {
            try await riot.waitForUse("a window of americas has opened") { use in
                use.routes.first { $0.route == "americas" }?.windows.filter { $0.method == nil }.map(\.openedAt).min()
            }
        }
    }
}
