import Postgres
import Testing

@Suite(.serialized, .timeLimit(.minutes(1)))
struct PostgresCopyTests {
    @Test func badDataNamesThePlaceButNotTheValue() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("CREATE TABLE t (a int, b int)", timeout: .seconds(5))
            let text = await postgresError {
                _ = try await connection.copyIn("COPY t FROM STDIN", Array("1\t2\n3\tsecret\n".utf8))
            }
            #expect(text?.sqlState == "22P02")
            #expect(text?.description.contains("secret") == false)
            #expect(text?.message.contains("COPY t, line 2, column b") == true)
            var writer = BinaryCopyWriter()
            writer.beginRow(columns: 2)
            writer.append(int32: 1)
            writer.append(int64: 1)
            let data = writer.finish()
            let binary = await postgresError {
                _ = try await connection.copyIn("COPY t FROM STDIN (FORMAT binary)", data)
            }
            #expect(binary?.sqlState == "22P03")
            #expect(try await connection.query("SELECT count(*) AS n FROM t")[0].int("n") == 0)
        }
    }

    @Test func violatedConstraintsAreNamed() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript(
                "CREATE TABLE t (a int CONSTRAINT t_a_once UNIQUE)",
                timeout: .seconds(5)
            )
            let error = await postgresError {
                _ = try await connection.copyIn("COPY t FROM STDIN", Array("1\n1\n".utf8))
            }
            #expect(error?.sqlState == "23505")
            #expect(error?.constraint == "t_a_once")
            #expect(error?.table == "t")
        }
    }

    @Test func somethingElseThanCopyInIsRefused() async throws {
        try await withTestPool { pool in
            let select = await postgresError {
                _ = try await pool.withConnection { try await $0.copyIn("SELECT 1", []) }
            }
            #expect(select?.code == .misuse)
            let out = await postgresError {
                _ = try await pool.withConnection { try await $0.copyIn("COPY pg_am TO STDOUT", []) }
            }
            #expect(out?.code == .misuse)
            let asQuery = await postgresError { _ = try await pool.query("COPY pg_am TO STDOUT") }
            #expect(asQuery?.code == .misuse)
            let missing = await postgresError {
                _ = try await pool.withConnection { try await $0.copyIn("COPY nowhere FROM STDIN", [1]) }
            }
            #expect(missing?.sqlState == "42P01")
            let answers = try await pool.answers()
            #expect(answers)
        }
    }

    @Test func aCopyThatWaitsForALockIsGivenUpAtItsDeadline() async throws {
        try await withTestPool { pool in
            _ = try await pool.query("CREATE TABLE t (a int)")
            try await pool.withTransaction { holder in
                _ = try await holder.query("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
                let data = [UInt8](repeating: UInt8(ascii: "\n"), count: 4_000_000)
                let error = await postgresError {
                    _ = try await pool.withConnection { connection in
                        try await connection.copyIn("COPY t FROM STDIN", data, timeout: .milliseconds(200))
                    }
                }
                #expect(error?.code == .timedOut)
                #expect(try await pool.activeStatements(like: "COPY%") == 0)
            }
            #expect(try await pool.query("SELECT count(*) AS n FROM t")[0].int("n") == 0)
        }
    }

    @Test func aCopyThatFailsInTheMiddleOfALotOfDataEnds() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("CREATE TABLE t (a int)", timeout: .seconds(5))
            let data = Array("x\n".utf8) + Array(String(repeating: "1\n", count: 1_000_000).utf8)
            let error = await postgresError { _ = try await connection.copyIn("COPY t FROM STDIN", data) }
            #expect(error?.sqlState == "22P02")
            let answers = try await connection.answers()
            #expect(answers)
        }
    }
}
