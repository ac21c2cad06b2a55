import Postgres
import Reactor
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(1)))
struct PostgresLeadershipTests {
    private func candidate(_ url: String) throws -> PostgresLeadership<ContinuousClock> {
        PostgresLeadership(
            configuration: try PostgresConfiguration(url: url, applicationName: "candidate"),
            key: 4_711,
            name: "the tests",
            interval: .milliseconds(20),
            logger: testLogger
        )
    }

    @Test func oneLeadsAndTheNextFollows() async throws {
        try await withTestDatabase { url in
            let leaders = Lock((now: 0, most: 0, terms: 0))
            let candidates = try (0..<4).map { _ in try candidate(url) }
            try await withThrowingDiscardingTaskGroup { group in
                for candidate in candidates {
                    group.addTask {
                        try await candidate.whileLeader {
                            leaders.withLock {
                                $0.now += 1
                                $0.most = max($0.most, $0.now)
                                $0.terms += 1
                            }
                            for _ in 0..<100 { await Task.yield() }
                            leaders.withLock { $0.now -= 1 }
                        }
                    }
                }
            }
            #expect(leaders.withLock { $0 } == (0, 1, 4))
        }
    }

    @Test func aLeaderWhoseSessionDiesStopsAndStandsAgain() async throws {
        try await withTestPool(connections: 1) { pool in
            let leadership = PostgresLeadership(
                configuration: pool.configuration,
                key: 4_712,
                name: "the tests",
                interval: .milliseconds(20),
                logger: testLogger
            )
            let terms = Lock(0)
            let wasCancelled = Lock(false)
            let task = Task {
                try await leadership.whileLeader {
                    let term = terms.withLock { terms in
                        terms += 1
                        return terms
                    }
                    if term == 2 { return }
                    try? await Task.sleep(for: .seconds(50))
                    wasCancelled.withLock { $0 = Task.isCancelled }
                }
            }
            while terms.withLock({ $0 }) == 0 { await Task.yield() }
            let sql: SQL = """
                SELECT count(pg_terminate_backend(pid)) AS n FROM pg_locks
                WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            let killed = try await pool.query(sql)[0].int("n")
            #expect(killed == 1)
            try await task.value
            #expect(wasCancelled.withLock { $0 })
            #expect(terms.withLock { $0 } == 2)
        }
    }

    @Test func aCancelledLeaderLetsGoAtOnce() async throws {
        struct Ended: Error {}
        try await withTestPool(connections: 1) { pool in
            let leading = Lock(false)
            let first = try candidate(pool.configuration.uri)
            let task = Task {
                try await first.whileLeader {
                    leading.withLock { $0 = true }
                    try await Task.sleep(for: .seconds(50))
                }
            }
            while !leading.withLock({ $0 }) { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let sql: SQL = """
                SELECT count(*) AS n FROM pg_locks
                WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            let locks = try await pool.query(sql)[0].int("n")
            #expect(locks == 0)
            await #expect(throws: Ended.self) { try await first.whileLeader { throw Ended() } }
        }
    }

    @Test func aCandidateWithoutServerWaitsUntilItIsCancelled() async throws {
        let port = try LoopbackSocket.freePort()
        let candidate = try candidate("postgresql://u@127.0.0.1:\(port)/db")
        let task = Task { try await candidate.whileLeader { Issue.record("led without a server") } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
