import Foundation
import Synchronization
import RiotSimulator
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct FullYearTests {
    @Test func aYearOf300MatchesIsStoredWithEvenProgressAndNoRequestTooMany() async throws {
        let arguments =
            [
                "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", "300",
            ] + SimulatorHandle.wide
        try await SimulatorHandle.run(arguments) { riot in
            try await TestSystem.run(riot: riot) { system in
                let seen = ProgressLog()
                let first = try await system.startSync("Demo", "NA1")
                let end = try await system.waitForEnd(first) { answer in seen.note(answer) }
                #expect(end.string("status") == "SUCCESS")
                #expect(end.int("processed_matches") == 300 && end.int("total_matches") == 300)
                #expect(end.int("new_matches") == 300 && end.int("existing_matches") == 0)
                #expect(end.int("riot_requests") == 606)
                let expected = try await riot.expectation(of: "Demo#NA1", year: 2025)
                try await system.expectStored(expected)
                seen.expectEvenRise()

                let spent = try await riot.stats()
                #expect(spent.requests == 606)
                #expect(spent.byMethod.values.sorted() == [1, 1, 4, 300, 300])
                #expect(spent.matches.repeated.isEmpty && spent.timelines.repeated.isEmpty)

                let rows = try await system.count("SELECT count(*) FROM raw_body")
                let second = try await system.startSync("demo", "na1")
                #expect(second != first)
                let again = try await system.waitForEnd(second)
                #expect(again.int("existing_matches") == 300 && again.int("new_matches") == 0)
                #expect(try await riot.stats().requests == 612)
                #expect(try await system.count("SELECT count(*) FROM raw_body") == rows)
                #expect(!system.logs().contains(riot.key))
            }
        }
    }

    @Test func playersWhoShareMatchesFetchEachOnce() async throws {
        let arguments =
            [
                "--player", "One#NA1", "--platform", "na1", "--year", "2025", "--matches", "40", "--player", "Two#NA1",
                "--platform", "na1", "--year", "2025", "--matches", "40", "--share", "One#NA1,Two#NA1=25",
            ] + SimulatorHandle.wide
        try await SimulatorHandle.run(arguments) { riot in
            try await TestSystem.run(riot: riot) { system in
                let one = try await system.startSync("One", "NA1")
                let two = try await system.startSync("Two", "NA1")
                for id in [one, two] {
                    let end = try await system.waitForEnd(id)
                    #expect(end.string("status") == "SUCCESS" && end.int("total_matches") == 40)
                }
                let stats = try await riot.stats()
                #expect(stats.matches.distinct == 55 && stats.matches.answers == 55)
                #expect(stats.timelines.distinct == 55 && stats.timelines.answers == 55)
                for player in ["One#NA1", "Two#NA1"] {
                    try await system.expectStored(try await riot.expectation(of: player, year: 2025))
                }
            }
        }
    }

    @Test func threeWorkersKeepWithinTheLimitsOfAScaledDevelopmentKey() async throws {
        let arguments = [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", "40", "--app-limit",
            "20:1,50:5",
            "--latency", "5-40",
        ]
        let instances = ["orchestrator", "gateway", "match-worker", "match-worker-2", "timeline-worker"]
        try await SimulatorHandle.run(arguments) { riot in
            try await TestSystem.run(riot: riot, instances: instances) { system in
                let end = try await system.waitForEnd(try await system.startSync("Demo", "NA1"))
                #expect(end.string("status") == "SUCCESS" && end.int("total_matches") == 40)
                let stats = try await riot.stats()
                #expect(stats.applicationViolations == 0 && stats.methodViolations == 0)
                #expect(stats.byStatus["429"] == nil)
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
            }
        }
    }
}

/// The progress that a frontend saw, in order.
final class ProgressLog: Sendable {
    private let values = Mutex<[Int]>([])

    func note(_ answer: HTTPAnswer) {
        guard answer.string("status") == "PROGRESS", let progress = answer.int("progress") else { return }
        values.withLock { $0.append(progress) }
    }

    /// It never falls, and a frontend that looks often sees all parts of the way.
    func expectEvenRise(sourceLocation: SourceLocation = #_sourceLocation) {
        let seen = values.withLock { $0 }
        #expect(seen == seen.sorted(), sourceLocation: sourceLocation)
        for quarter in 0..<4 {
            #expect(
                seen.contains { (25 * quarter..<25 * (quarter + 1)).contains($0) },
                "no progress was seen from \(25 * quarter) to \(25 * (quarter + 1)): \(seen)",
                sourceLocation: sourceLocation
            )
        }
    }
}
