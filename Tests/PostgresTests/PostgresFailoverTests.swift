import Supervision
import TestSupport
import Testing

@testable import Postgres

/// A primary and a standby in one URL.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct PostgresFailoverTests {
    private func pool(_ url: String) throws -> PostgresPool {
        PostgresPool(
            configuration: try PostgresConfiguration(url: url, applicationName: "failover"),
            maximumConnections: 2,
            logger: testLogger
        )
    }

    /// Where the server's data are that a pool leads to.
    private func place(_ pool: PostgresPool) async throws -> String {
        try await pool.query("SELECT current_setting('data_directory') AS place")[0].string("place")
    }

    @Test func afterThePrimarysDeathThePoolWritesToTheOneThatWasPromoted() async throws {
        try await withReplicatedPostgres { servers in
            let pool = try pool(servers.url())
            #expect(try await place(pool) == servers.primary.directory + "/data")
            _ = try await pool.query("CREATE TABLE t (n int PRIMARY KEY)")
            _ = try await pool.query("INSERT INTO t VALUES (1)")
            await servers.primary.kill()
            // Between the two there is a server, but none that takes writes.
            let error = await postgresError { _ = try await pool.query("INSERT INTO t VALUES (2)") }
            #expect(error?.isRetryable == true, "\(String(describing: error))")
            try await servers.promote()
            #expect(await Arrival.comes { try await pool.query("INSERT INTO t VALUES (3)").affectedRows == 1 })
            #expect(try await place(pool) == servers.standby.directory + "/data")
            let kept = try await pool.query("SELECT count(*) AS n FROM t WHERE n IN (1, 3)")[0].int("n")
            #expect(kept == 2)
            await pool.close()
        }
    }

    /// The connection lives on, and so does the server: only its answer tells that it takes no writes any more.
    @Test func aServerThatTakesNoWritesAnyMoreIsLeft() async throws {
        try await withReplicatedPostgres { servers in
            let pool = try pool(servers.url())
            _ = try await pool.query("CREATE TABLE t (n int)")
            for setting in ["synchronous_standby_names = ''", "default_transaction_read_only = on"] {
                try await ReplicatedPostgres.run(SQL(trusted: "ALTER SYSTEM SET \(setting)"), on: servers.primary)
            }
            try await ReplicatedPostgres.run("SELECT pg_reload_conf()", on: servers.primary)
            let isReadOnly = await Arrival.comes {
                let setting = "SELECT current_setting('default_transaction_read_only')::boolean AS is_read_only"
                return try await pool.query(SQL(trusted: setting))[0].bool("is_read_only")
            }
            #expect(isReadOnly)
            let demotion = await postgresError { _ = try await pool.query("INSERT INTO t VALUES (1)") }
            #expect(
                demotion?.sqlState == "25006" && demotion?.code == .connectionLost,
                "\(String(describing: demotion))"
            )
            #expect(demotion?.isRetryable == true && demotion?.isConnectionFailure == true)
            try await servers.promote()
            #expect(await Arrival.comes { try await pool.query("INSERT INTO t VALUES (2)").affectedRows == 1 })
            #expect(try await place(pool) == servers.standby.directory + "/data")
            await pool.close()
        }
    }

    @Test func aTransactionThatWeMadeReadOnlyKeepsItsConnection() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("CREATE TABLE t (n int)", timeout: .seconds(5))
            let error = await postgresError {
                try await connection.withTransaction {
                    _ = try await connection.query("SET TRANSACTION READ ONLY")
                    _ = try await connection.query("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.code == .server && error?.sqlState == "25006" && error?.isRetryable == false)
            #expect(try await connection.answers())
        }
    }

    @Test func aHostThatNeverAnswersCostsItsShareOfTheTimeOnly() async throws {
        try await withTestPool { pool in
            guard let host = pool.configuration.socketDirectoryAndPort else { return }
            let silent = try SilentListener()
            let database = try await pool.query("SELECT current_database() AS d")[0].string("d")
            let connection = try await PostgresConnection.connect(
                configuration: PostgresConfiguration(
                    url: "host=127.0.0.1,\(host.directory) port=\(silent.port),\(host.port) dbname=\(database)"
                        + " user=\(host.user)",
                    applicationName: "patient"
                ),
                timeout: .seconds(8),
                logger: testLogger
            )
            #expect(try await connection.answers())
            await connection.close()
        }
    }

    @Test func ofHostsThatAreAllAwayEachIsNamedWithItsReason() async throws {
        let silent = try SilentListener()
        let closed = try LoopbackSocket.freePort()
        let error = await postgresError {
            _ = try await PostgresConnection.connect(
                configuration: PostgresConfiguration(
                    url: "postgresql://user:hunter2@127.0.0.1:\(closed),127.0.0.1:\(silent.port)/db",
                    applicationName: "nobody"
                ),
                timeout: .milliseconds(400),
                logger: testLogger
            )
        }
        #expect(error?.code == .unavailable && error?.isRetryable == true)
        #expect(error?.message.contains("127.0.0.1:\(closed): ") == true, "\(error?.message ?? "")")
        #expect(
            error?.message.contains("127.0.0.1:\(silent.port): no answer within") == true,
            "\(error?.message ?? "")"
        )
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(arguments: [
        ("host=10.0.0.1", ["10.0.0.1:5432 -"]),
        ("host=10.0.0.1 port=7 target_session_attrs=any", ["10.0.0.1:7 -"]),
        ("host=10.0.0.1,10.0.0.2 port=7", ["10.0.0.1:7 read-write", "10.0.0.2:7 read-write"]),
        ("host=/a,10.0.0.2 port=7,8", ["/a/.s.PGSQL.7 read-write", "10.0.0.2:8 read-write"]),
        ("host=a,b hostaddr=10.0.0.1,10.0.0.2", ["a:5432 read-write", "b:5432 read-write"]),
        ("hostaddr=10.0.0.1,10.0.0.2 target_session_attrs=any", ["10.0.0.1:5432 -", "10.0.0.2:5432 -"]),
        (
            "host=10.0.0.1,10.0.0.2 target_session_attrs=prefer-standby",
            ["10.0.0.1:5432 standby", "10.0.0.2:5432 standby", "10.0.0.1:5432 any", "10.0.0.2:5432 any"]
        ),
    ])
    func everyHostIsATargetAndOfSeveralTheOneThatTakesWritesIsWanted(url: String, expected: [String]) throws {
        let configuration = try PostgresConfiguration(url: url, applicationName: "targets")
        let targets = try ConnectionTarget.all(of: configuration).get()
        #expect(targets.map { "\($0.name) \($0.parameters["target_session_attrs"] ?? "-")" } == expected)
    }
}
