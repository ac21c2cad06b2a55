import RiotSimulator
import Testing

extension LimitTests {
    /// Riot changes the limits of the key while it is in use.
    @Suite(.timeLimit(.minutes(3))) struct LimitsChangeTests {
        private static let matches = 300
        private static let world = [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", String(matches),
            "--app-limit", "10:1", "--method-limit", "match=200:10", "--method-limit", "timeline=200:10",
            "--latency", "50-200",
        ]
        private static let instances = [
            "orchestrator", "gateway", "match-worker", "match-worker-2", "timeline-worker", "timeline-worker-2", "beat",
        ]
        /// What an answer takes to reach its process and, through Redis, all others, and a permit to be used: on a
        /// machine that has much else to do.
        private static let hearing = 1_000.0

        @Test func limitsThatChangeAreKeptFromTheFirstAnswerOn() async throws {
            try await SimulatorHandle.run(Self.world) { riot in
                try await TestSystem.run(riot: riot, instances: Self.instances) { system in
                    let id = try await system.startSync("Demo", "NA1")
                    try await Self.expectUse(of: 10, within: 1, riot)
                    let raised = try await Self.change(#"{"application":"24:1"}"#, riot)
                    try await Self.expectUse(of: 24, within: 1, riot)
                    let lowered = try await Self.change(#"{"application":"8:1"}"#, riot)
                    try await Self.expectUse(of: 8, within: 1, riot)
                    let extended = try await Self.change(#"{"application":"20:1,30:3"}"#, riot)
                    try await Self.expectUse(of: 30, within: 3, riot)
                    let method = try await Self.change(#"{"application":"40:1","methods":{"match":"6:1"}}"#, riot)
                    try await Self.expectUse(of: 6, within: 1, method: .match, riot)

                    let log = try await riot.log()
                    #expect(log.overruns.of(route: "americas").allSatisfy { $0.at > raised })
                    for overrun in log.overruns {
                        let change = [raised, lowered, extended, method].last { $0 <= overrun.at } ?? 0
                        let learned = log.filter { $0.at >= change }.map(\.ended).min() ?? .infinity
                        #expect(
                            overrun.sent <= learned + Self.hearing,
                            "\(overrun), the change was known at \(learned)"
                        )
                    }
                    #expect(try await system.status(id).string("status") == "PROGRESS", "the sync was over too soon")

                    try await riot.post(
                        "/_sim/limits",
                        #"{"application":"5000:1","methods":{"match":"5000:1","timeline":"5000:1"}}"#
                    )
                    let end = try await system.waitForEnd(id)
                    #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == Self.matches)
                    try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
                }
            }
        }

        /// Changes limits; the simulator's time just before.
        private static func change(_ limits: String, _ riot: SimulatorHandle) async throws -> Double {
            let now = try await riot.now()
            try await riot.post("/_sim/limits", limits)
            return now
        }

        /// Waits until three windows of a limit are over, and expects that they were made use of and so are known.
        private static func expectUse(
            of limit: Int,
            within seconds: Int,
            method: SimulatedMethod? = nil,
            _ riot: SimulatorHandle
        ) async throws {
            let opened = try await riot.waitForUse("\(limit):\(seconds) has opened") { use in
                Self.window(of: limit, seconds, method, use)?.openedAt
            }
            let end = opened + 3 * seconds * 1000
            try await riot.wait(untilTime: Double(end))
            let window = try #require(Self.window(of: limit, seconds, method, try await riot.use(until: end)))
            #expect(window.share > 0.5 && window.accepted <= window.allowed, "\(window)")
        }

        private static func window(
            of limit: Int,
            _ seconds: Int,
            _ method: SimulatedMethod?,
            _ use: QuotaUse
        ) -> WindowUse? {
            use.routes.first { $0.route == "americas" }?.windows
                .first { $0.limit == limit && $0.seconds == seconds && $0.method == method }
        }
    }
}
