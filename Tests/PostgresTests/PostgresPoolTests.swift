import Logging
@testable import Postgres
import TestSupport
import Testing

/// A pool that looks at every connection before it lends it.
func checkingPool(url: String) throws -> PostgresPool {
    var options = PoolStateMachine.Options()
    options.checkAfterIdle = .zero
    return PostgresPool(
        configuration: try PostgresConfiguration(url: url, applicationName: "checking-pool"),
        options: options,
        logger: testLogger
    )
}

@Suite(.serialized, .timeLimit(.minutes(1)))
struct PostgresPoolTests {
    @Test func fortyTasksShareFourConnections() async throws {
        try await withTestPool(connections: 4) { pool in
            let backends = try await withThrowingTaskGroup(of: Int64.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        try await pool.withConnection { connection in
                            let row = try await connection.query(
                                "SELECT pg_backend_pid() AS pid, $1::int AS n, pg_sleep(0.01)",
                                [.int(Int64(number))]
                            )[0]
                            #expect(try row.int("n") == number)
                            return try row.int64("pid")
                        }
                    }
                }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(backends.count == 4)
            #expect(pool.counts == (idle: 4, leased: 0, connecting: 0, waiting: 0))
        }
    }

    @Test func anExhaustedPoolSaysWhoUsesIt() async throws {
        try await withTestPool(connections: 2) { pool in
            try await pool.withConnection { _ in
                try await pool.withConnection { _ in
                    let error = await postgresError {
                        try await pool.withConnection(timeout: .milliseconds(50)) { _ in }
                    }
                    #expect(error?.code == .poolExhausted)
                    #expect(error?.message.contains("2 of 2 connections are in use") == true)
                    #expect(error?.isRetryable == true)
                }
            }
        }
    }

    @Test func tooManyWaitersAreRefusedAtOnce() async throws {
        try await withTestPool(connections: 1) { pool in
            try await pool.withConnection { _ in
                let codes = await withTaskGroup(of: PostgresError.Code?.self) { group in
                    for _ in 0..<70 {
                        group.addTask {
                            await postgresError { try await pool.withConnection(timeout: .seconds(1)) { _ in } }?.code
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(codes.count { $0 == .poolExhausted } == 70)
                #expect(pool.counts.waiting == 0)
            }
        }
    }

    @Test func aWaiterThatIsCancelledGoes() async throws {
        try await withTestPool(connections: 1) { pool in
            try await pool.withConnection { _ in
                let task = Task { try await pool.withConnection { _ in } }
                while pool.counts.waiting == 0 { await Task.yield() }
                task.cancel()
                #expect(await postgresError { try await task.value }?.code == .cancelled)
                #expect(pool.counts.waiting == 0)
            }
        }
    }

    @Test func transactionsAreKeptOrUndoneAsAWhole() async throws {
        struct Refused: Error {}
        try await withTestPool { pool in
            _ = try await pool.query("CREATE TABLE t (n int)")
            try await pool.withTransaction { connection in
                _ = try await connection.query("INSERT INTO t VALUES (1)")
                #expect(try await pool.query("SELECT count(*) AS n FROM t")[0].int("n") == 0)
            }
            #expect(try await pool.query("SELECT count(*) AS n FROM t")[0].int("n") == 1)
            await #expect(throws: Refused.self) {
                try await pool.withTransaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES (2)")
                    throw Refused()
                }
            }
            #expect(try await pool.query("SELECT count(*) AS n FROM t")[0].int("n") == 1)
        }
    }

    @Test func aTransactionThatHidItsErrorIsNotCalledCommitted() async throws {
        try await withTestPool { pool in
            _ = try await pool.query("CREATE TABLE t (n int)")
            let error = await postgresError {
                try await pool.withTransaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES (1)")
                    _ = try? await connection.query("SELECT 1 / 0")
                }
            }
            #expect(error?.sqlState == "25P02")
            #expect(try await pool.query("SELECT count(*) AS n FROM t")[0].int("n") == 0)
        }
    }

    @Test func nestedTransactionsAreRefused() async throws {
        try await withTestPool { pool in
            let error = await postgresError {
                try await pool.withTransaction { connection in
                    try await connection.withTransaction {}
                }
            }
            #expect(error?.code == .misuse)
            #expect(pool.counts.leased == 0)
        }
    }

    @Test func anOpenTransactionDoesNotReachTheNextCaller() async throws {
        try await withTestPool(connections: 1) { pool in
            try await pool.withConnection { connection in
                try await connection.executeScript("BEGIN; CREATE TABLE t (n int)", timeout: .seconds(5))
            }
            let row = try await pool.query("SELECT to_regclass('t') IS NULL AS gone, pg_backend_pid() AS pid")[0]
            #expect(try row.bool("gone"))
        }
    }

    @Test func aDeferredConstraintFailsTheCommit() async throws {
        try await withTestPool { pool in
            _ = try await pool.query("CREATE TABLE t (n int CONSTRAINT later UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            let error = await postgresError {
                try await pool.withTransaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES (1), (1)")
                }
            }
            #expect(error?.constraint == "later")
        }
    }

    @Test func aCallerThatAsksForTwoStatementsAtOnceGetsTwoConnections() async throws {
        try await withTestPool { pool in
            async let one = pool.query("SELECT pg_backend_pid() AS pid, pg_sleep(0.05)")
            async let two = pool.query("SELECT pg_backend_pid() AS pid, pg_sleep(0.05)")
            let pids = try await [one[0].int("pid"), two[0].int("pid")]
            #expect(pids[0] != pids[1])
        }
    }

    @Test func aClosedPoolRefuses() async throws {
        try await withTestPool { pool in
            try await pool.withConnection { connection in
                await pool.close()
                let answers = try await connection.answers()
                #expect(answers)
            }
            #expect(await postgresError { _ = try await pool.query("SELECT 1") }?.code == .closed)
            #expect(pool.counts == (idle: 0, leased: 0, connecting: 0, waiting: 0))
        }
    }

    @Test func aServerThatRefusesMoreSessionsDoesNotFailThoseWhoCanWait() async throws {
        try await withTestPool(connections: 1) { admin in
            let role = "limited_" + (try await admin.query("SELECT current_database() AS d")[0].string("d"))
            _ = try await admin.query(SQL(trusted: "CREATE ROLE \(role) LOGIN CONNECTION LIMIT 1"))
            let limited = try PostgresConfiguration(
                url: admin.configuration.uri + "&user=\(role)",
                applicationName: "limited"
            )
            let pool = PostgresPool(configuration: limited, logger: testLogger)
            let error = await postgresError {
                try await withThrowingDiscardingTaskGroup { group in
                    for _ in 0..<8 { group.addTask { _ = try await pool.query("SELECT pg_sleep(0.02)") } }
                }
            }
            #expect(error == nil)
            #expect(pool.counts.idle == 1)
            await pool.close()
            _ = try await admin.query(SQL(trusted: "DROP ROLE \(role)"))
        }
    }
}
