import Logging
import Postgres
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(1)))
struct PostgresConnectionTests {
    @Test func theSessionIsSetUpAsItShouldBe() async throws {
        try await withTestConnection { connection in
            let row = try await connection.query(
                """
                SELECT current_setting('application_name') AS name, current_setting('client_encoding') AS encoding,
                       current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS statement,
                       current_setting('lock_timeout') AS lock, current_setting('bytea_output') AS bytea,
                       current_setting('idle_in_transaction_session_timeout') AS idle
                """
            )[0]
            #expect(try row.string("name") == "connection-under-test")
            #expect(try row.string("encoding") == "UTF8")
            #expect(try row.string("zone") == "UTC")
            #expect(try row.string("statement") == "1min")
            #expect(try row.string("lock") == "1min")
            #expect(try row.string("idle") == "1min")
            #expect(try row.string("bytea") == "hex")
        }
    }

    @Test func whatTheConnectionStringSaysStays() async throws {
        try await withTestDatabase { url in
            let options = "&application_name=mine&options=-c%20statement_timeout%3D7s%20-c%20bytea_output%3Descape"
            let configuration = try PostgresConfiguration(url: url + options, applicationName: "ours")
            let connection = try await PostgresConnection.connect(configuration: configuration, logger: testLogger)
            let row = try await connection.query(
                """
                SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS statement,
                       '\\x00ff'::bytea AS bytes
                """,
                timeout: .seconds(100)
            )[0]
            #expect(try row.string("name") == "mine")
            #expect(try row.string("statement") == "7s")
            #expect(try row.bytes("bytes") == [0, 255])
            await connection.close()
        }
    }

    @Test func longCallsRaiseTheServersOwnTimeouts() async throws {
        try await withTestConnection { connection in
            let sql: SQL = "SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l"
            let long = try await connection.query(sql, timeout: .seconds(600))[0]
            #expect(try long.string("s") == "601s")
            #expect(try long.string("l") == "601s")
        }
    }

    @Test func serverErrorsKeepTheConnectionAndHideTheValues() async throws {
        try await withTestConnection { connection in
            let syntax = await postgresError { _ = try await connection.query("SELEC 1") }
            #expect(syntax?.sqlState == "42601")
            #expect(syntax?.code == .server)
            #expect(syntax?.isRetryable == false)
            #expect(syntax?.message.contains("at character 1") == true)
            let value = await postgresError { _ = try await connection.query("SELECT $1::int", [.text("pass\"word")]) }
            #expect(value?.sqlState == "22P02")
            #expect(value?.description.contains("pass") == false)
            #expect(value?.description.contains("word") == false)
            let zero = await postgresError { _ = try await connection.query("SELECT 1 / $1::int", [.int(0)]) }
            #expect(zero?.sqlState == "22012")
            let count = await postgresError { _ = try await connection.query("SELECT $1::int + $2::int", [.int(1)]) }
            #expect(count != nil)
            let answers = try await connection.answers()
            #expect(answers)
        }
    }

    @Test func aUniqueViolationNamesItsConstraint() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript(
                "CREATE TABLE players (puuid text CONSTRAINT players_puuid_once PRIMARY KEY)",
                timeout: .seconds(5)
            )
            _ = try await connection.query("INSERT INTO players VALUES ($1)", [.text("secret-id")])
            let error = await postgresError {
                _ = try await connection.query("INSERT INTO players VALUES ($1)", [.text("secret-id")])
            }
            #expect(error?.sqlState == "23505")
            #expect(error?.constraint == "players_puuid_once")
            #expect(error?.table == "players")
            #expect(error?.isRetryable == false)
            #expect(error?.description.contains("secret-id") == false)
        }
    }

    @Test func affectedRowsAreCounted() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript(
                "CREATE TABLE t AS SELECT generate_series(1, 10) n",
                timeout: .seconds(5)
            )
            #expect(try await connection.query("UPDATE t SET n = n WHERE n > $1", [.int(3)]).affectedRows == 7)
            let returned = try await connection.query("DELETE FROM t WHERE n < 3 RETURNING n")
            #expect(returned.count == 2)
            #expect(returned.affectedRows == 2)
            let nothing = try await connection.query("SELECT n FROM t WHERE n > 100")
            #expect(nothing.isEmpty)
            #expect(nothing.columns == ["n"])
            #expect(try await connection.query("SET search_path = public").isEmpty)
        }
    }

    @Test func scriptsOfSeveralStatementsAreOneTransaction() async throws {
        try await withTestConnection { connection in
            let error = await postgresError {
                try await connection.executeScript(
                    "CREATE TABLE a (n int); INSERT INTO a VALUES (1); SELECT 1 / 0; CREATE TABLE b (n int)",
                    timeout: .seconds(5)
                )
            }
            #expect(error?.sqlState == "22012")
            let found = try await connection.query("SELECT to_regclass('a') IS NULL AS gone")[0]
            #expect(try found.bool("gone"))
            try await connection.executeScript(
                "CREATE TABLE a (n int); SELECT * FROM a; DROP TABLE a;",
                timeout: .seconds(5)
            )
            try await connection.executeScript("", timeout: .seconds(5))
        }
    }

    @Test func aSecondCallerIsRefusedNotMixedIn() async throws {
        try await withTestPool(connections: 2) { pool in
            try await pool.withConnection { connection in
                let slow = Task { try await connection.query("SELECT pg_sleep(30) AS busy", timeout: .seconds(40)) }
                while try await pool.activeStatements(like: "%busy%") == 0 { await Task.yield() }
                let refused = await postgresError { _ = try await connection.query("SELECT 'fast' AS word") }
                #expect(refused?.code == .misuse)
                slow.cancel()
                let error = await postgresError { _ = try await slow.value }
                #expect(error?.code == .cancelled)
                let answers = try await connection.answers()
                #expect(answers)
            }
        }
    }

    @Test func manyStatementsDoNotPileUpOnTheServer() async throws {
        try await withTestConnection { connection in
            for number in 0..<300 {
                let row = try await connection.query(SQL(trusted: "SELECT \(number) + $1::int AS sum"), [.int(1)])[0]
                #expect(try row.int("sum") == number + 1)
            }
            let count = try await connection.query("SELECT count(*) AS n FROM pg_prepared_statements")[0].int("n")
            #expect(count <= 256)
        }
    }

    @Test func statementsArePreparedAgainWhenTheServerLostOrOutgrewThem() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("CREATE TABLE t AS SELECT 1 AS a", timeout: .seconds(5))
            let sql: SQL = "SELECT * FROM t"
            #expect(try await connection.query(sql).columns == ["a"])
            try await connection.executeScript("ALTER TABLE t ADD COLUMN b int", timeout: .seconds(5))
            #expect(try await connection.query(sql).columns == ["a", "b"])
            try await connection.executeScript("DEALLOCATE ALL", timeout: .seconds(5))
            #expect(try await connection.query(sql).columns == ["a", "b"])
        }
    }

    @Test func noticesDoNotDisturbResults() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript(
                """
                CREATE FUNCTION talk() RETURNS int LANGUAGE plpgsql AS
                $$ BEGIN FOR i IN 1..100 LOOP RAISE NOTICE 'number %', i; END LOOP; RETURN 7; END $$
                """,
                timeout: .seconds(5)
            )
            #expect(try await connection.query("SELECT talk() AS n")[0].int("n") == 7)
        }
    }

    @Test func aClosedConnectionSaysSo() async throws {
        try await withTestConnection { connection in
            await connection.close()
            await connection.close()
            let error = await postgresError { _ = try await connection.query("SELECT 1") }
            #expect(error?.code == .closed)
        }
    }

    @Test func largeParametersAndResultsPassBothBuffersAtOnce() async throws {
        try await withTestConnection { connection in
            let bytes = [UInt8](repeatElement(Array(0...255), count: 20_000).joined())
            let row = try await connection.query("SELECT $1::bytea AS body", [.bytes(bytes)], timeout: .seconds(30))[0]
            #expect(try row.bytes("body") == bytes)
        }
    }
}
