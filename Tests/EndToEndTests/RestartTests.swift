import Reactor
import RiotSimulator
import Supervision
import Testing

/// Services are replaced one after the other while clients poll, each request on a connection of its own.
@Suite(.serialized, .timeLimit(.minutes(10))) struct RestartTests {
    private static let clients = 50
    private static let restarts = 20

    /// What came of all requests.
    private final class Tally: Sendable {
        struct Counts {
            var requests = 0
            var failures: [String] = []
            var isOver = false
        }

        let counts = Lock(Counts())

        /// Asks for a task again and again until told to stop.
        func poll(_ id: String, _ system: TestSystem) async {
            while !counts.withLock(\.isOver) {
                do {
                    let answer = try await system.status(id)
                    let isRight = answer.status == 200 && answer.string("task_id") == id
                    note(isRight ? nil : "\(answer.status) \(answer.text)")
                } catch {
                    note("\(error)")
                }
            }
        }

        private func note(_ failure: String?) {
            counts.withLock { counts in
                counts.requests += 1
                if let failure { counts.failures.append(failure) }
            }
        }
    }

    @Test(arguments: ["gateway", "orchestrator", "match-worker", "timeline-worker", "beat"])
    func aServiceIsReplacedTwentyTimesAndNobodyIsRefused(service: String) async throws {
        let world = [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", "400", "--latency", "50-100",
            "--app-limit", "30:1", "--method-limit", "match=30:1", "--method-limit", "timeline=30:1",
        ]
        try await SimulatorHandle.run(world) { riot in
            try await TestSystem.run(riot: riot, holdsGatewaySocket: true) { system in
                let id = try await system.startSync("Demo", "NA1")
                let tally = Tally()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<Self.clients { group.addTask { await tally.poll(id, system) } }
                    for number in 1...Self.restarts {
                        #expect(await system.stop(service) == .exited(0), "\(service), time \(number)")
                        try await system.start(service)
                    }
                    tally.counts.withLock { $0.isOver = true }
                    try await group.waitForAll()
                }
                let counts = tally.counts.withLock { $0 }
                print("\(service): \(counts.requests) requests, \(counts.failures.count) failed")
                #expect(
                    counts.failures.isEmpty,
                    "\(counts.failures.count) of \(counts.requests): \(counts.failures.prefix(3))"
                )
                #expect(counts.requests > Self.clients * 10)
                try await riot.post(
                    "/_sim/limits",
                    #"{"application":"5000:1","methods":{"match":"5000:1","timeline":"5000:1"}}"#
                )
                let end = try await system.waitForEnd(id)
                #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == 400)
                try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
                let stats = try await riot.stats()
                #expect(stats.matches.repeated.isEmpty && stats.timelines.repeated.isEmpty)
            }
        }
    }
}
