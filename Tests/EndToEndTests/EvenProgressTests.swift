import RiotSimulator
import Testing

extension LimitTests {
    /// Matches and timelines share one application limit.
    @Suite(.timeLimit(.minutes(2))) struct EvenProgressTests {
        private static let world = [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", "240",
            "--app-limit", "20:1,100:8", "--latency", "100-300",
        ]
        /// Both workers' slots, and what comes between two openings of the window of a second.
        private static let behind = 36

        @Test func timelinesOfStoredMatchesGoBeforeTheNextMatch() async throws {
            try await SimulatorHandle.run(Self.world) { riot in
                try await TestSystem.run(riot: riot) { system in
                    let id = try await system.startSync("Demo", "NA1")
                    try await system.wait(for: id) { $0.int("new_matches") ?? 0 >= 150 }
                    let matches = try await system.count("SELECT count(*) FROM match")
                    let timelines = try await system.count("SELECT count(*) FROM timeline")
                    #expect(matches - timelines <= Self.behind, "\(timelines) timelines of \(matches) matches")
                    let violations = try await riot.violations()
                    #expect(violations.violations.isEmpty, "\(violations.violations)")
                }
            }
        }
    }
}
