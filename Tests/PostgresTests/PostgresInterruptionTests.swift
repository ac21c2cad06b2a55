import Postgres
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(1)))
struct PostgresInterruptionTests {
    @Test func aCancelledTaskLeavesNothingRunningOnTheServer() async throws {
        try await withTestPool(connections: 2) { pool in
            let task = Task {
                try await pool.withConnection { connection in
                    _ = try await connection.query("SELECT pg_sleep(30) AS victim", timeout: .seconds(40))
                }
            }
            while try await pool.activeStatements(like: "%victim%") == 0 { await Task.yield() }
            let started = ContinuousClock.now
            task.cancel()
            let error = await postgresError { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(ContinuousClock.now - started < .seconds(20))
            #expect(try await pool.activeStatements(like: "%victim%") == 0)
            #expect(pool.counts.leased == 0)
        }
    }

    @Test func aMissedDeadlineIsAnErrorAndTheConnectionGoesOn() async throws {
        try await withTestConnection { connection in
            let backend = try await connection.backend()
            let error = await postgresError {
                _ = try await connection.query("SELECT pg_sleep($1)", [.int(30)], timeout: .milliseconds(100))
            }
            #expect(error?.code == .timedOut)
            #expect(error?.isRetryable == true)
            #expect(error?.message.contains("SELECT pg_sleep($1)") == true)
            #expect(try await connection.backend() == backend)
        }
    }

    @Test func aTaskThatIsCancelledBeforeItAsksGetsNoAnswer() async throws {
        try await withTestConnection { connection in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await connection.query("SELECT pg_sleep(30)")
            }
            let error = await postgresError { try await task.value }
            #expect(error?.code == .cancelled)
            let answers = try await connection.answers()
            #expect(answers)
        }
    }

    @Test func aCancelledTransactionIsRolledBack() async throws {
        try await withTestPool(connections: 2) { pool in
            _ = try await pool.query("CREATE TABLE t (n int)")
            let task = Task {
                try await pool.withTransaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES (1)")
                    _ = try await connection.query("SELECT pg_sleep(30) AS victim")
                }
            }
            while try await pool.activeStatements(like: "%victim%") == 0 { await Task.yield() }
            task.cancel()
            #expect(await postgresError { try await task.value }?.code == .cancelled)
            #expect(try await pool.query("SELECT count(*) AS n FROM t")[0].int("n") == 0)
            #expect(pool.counts.leased == 0)
            #expect(pool.counts.idle == 2)
        }
    }

    @Test func aBackendThatIsTerminatedInMidQueryIsReplaced() async throws {
        try await withTestPool(connections: 2) { pool in
            let task = Task {
                try await pool.withConnection { _ = try await $0.query("SELECT pg_sleep(30) AS victim") }
            }
            while try await pool.activeStatements(like: "%victim%") == 0 { await Task.yield() }
            _ = try await pool.query(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE '%victim%' AND pid <> pg_backend_pid()
                """
            )
            let error = await postgresError { try await task.value }
            #expect(error?.code == .connectionLost)
            #expect(error?.sqlState == "57P01")
            #expect(error?.isRetryable == true)
            #expect(error?.isConnectionFailure == true)
            for _ in 0..<4 {
                let answers = try await pool.answers()
                #expect(answers)
            }
            #expect(pool.counts.leased == 0)
        }
    }

    @Test func idleConnectionsThatTheServerClosedAreNotLent() async throws {
        try await withTestDatabase { url in
            // Looks at every connection before it is lent, however short it was idle.
            let pool = try checkingPool(url: url)
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask { _ = try await pool.query("SELECT pg_sleep(0.05)") }
                }
            }
            #expect(pool.counts.idle == 4)
            let killer = try await PostgresConnection.connect(
                configuration: PostgresConfiguration(url: url, applicationName: "killer"),
                logger: testLogger
            )
            let sql: SQL = """
                SELECT count(pg_terminate_backend(pid, 5000)) AS n FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """
            #expect(try await killer.query(sql)[0].int("n") == 4)
            let answers = try await pool.answers()
            #expect(answers)
            #expect(pool.counts.idle == 1)
            await killer.close()
            await pool.close()
        }
    }

    @Test func droppedConnectionsAreClosedOnTheServer() async throws {
        try await withTestPool(connections: 1) { watcher in
            let configuration = watcher.configuration
            for _ in 0..<5 {
                let connection = try await PostgresConnection.connect(configuration: configuration, logger: testLogger)
                _ = try await connection.query("SELECT 1")
            }
            let sql: SQL = """
                SELECT count(*) AS n FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """
            var others = -1
            while others != 0 { others = try await watcher.query(sql)[0].int("n") }
        }
    }
}
