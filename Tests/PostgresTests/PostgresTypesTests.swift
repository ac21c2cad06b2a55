import Postgres
import Testing

@Suite(.serialized, .timeLimit(.minutes(1)))
struct PostgresTypesTests {
    @Test func everyKindOfParameterComesBackAsItWas() async throws {
        try await withTestConnection { connection in
            let bytes = (0...255).map { UInt8($0) } + [0, 0, 255]
            let row = try await connection.query(
                """
                SELECT $1::bigint AS least, $2::bigint AS most, $3::text AS text, $4::bytea AS bytes,
                       $5::boolean AS yes, $6::boolean AS no, $7::double precision AS tiny, $8::smallint AS small,
                       $9::jsonb ->> 'a' AS json, $10::double precision AS infinite, $11::bytea AS none
                """,
                [
                    .int(.min), .int(.max), .text("naïve 雪 🏔 \u{1} ' \" \\"), .bytes(bytes), .bool(true), .bool(false),
                    .double(.leastNonzeroMagnitude), .int(-7), .text(#"{"a": "b"}"#), .double(-.infinity), .bytes([]),
                ]
            )[0]
            #expect(try row.int64("least") == .min)
            #expect(try row.int64("most") == .max)
            #expect(try row.string("text") == "naïve 雪 🏔 \u{1} ' \" \\")
            #expect(try row.bytes("bytes") == bytes)
            #expect(try row.bool("yes"))
            #expect(try !row.bool("no"))
            #expect(try row.double("tiny") == .leastNonzeroMagnitude)
            #expect(try row.int("small") == -7)
            #expect(try row.string("json") == "b")
            #expect(try row.double("infinite") == -.infinity)
            #expect(try row.bytes("none") == [])
        }
    }

    @Test func nullIsNilAndNothingElse() async throws {
        try await withTestConnection { connection in
            let rows = try await connection.query(
                """
                SELECT $1::bigint AS i, $2::text AS t, $3::bytea AS b, $4::bool AS f, $5::float8 AS d,
                       $6::timestamptz AS w, $7::text[] AS a, '' AS empty
                """,
                [
                    PostgresParameter(Int64?.none), PostgresParameter(String?.none), PostgresParameter([UInt8]?.none),
                    PostgresParameter(Bool?.none), PostgresParameter(Double?.none),
                    PostgresParameter(timestampMilliseconds: nil), .null,
                ]
            )
            let row = rows[0]
            #expect(try row.optionalInt64("i") == nil)
            #expect(try row.optionalString("t") == nil)
            #expect(try row.optionalBytes("b") == nil)
            #expect(try row.optionalBool("f") == nil)
            #expect(try row.optionalDouble("d") == nil)
            #expect(try row.optionalTimestampMilliseconds("w") == nil)
            #expect(try row.optionalArray("a") == nil)
            #expect(try row.optionalString("empty") == "")
            #expect(throws: PostgresError.self) { try row.int("i") }
        }
    }

    @Test func timesAreExactToTheMillisecond() async throws {
        let sql: SQL =
            "SELECT $1::timestamptz AS w, (extract(epoch FROM $1::timestamptz) * 1000)::bigint::text AS n"
        try await withTestConnection { connection in
            for milliseconds in [
                0, 1, 999, 1_000, 1_735_689_599_999, 1_735_689_600_000, 1_735_689_600_001, -1, -62_135_596_800_001,
                253_402_300_800_000, 951_782_400_000,
            ] as [Int64] {
                let row = try await connection.query(sql, [.timestamp(milliseconds: milliseconds)])[0]
                #expect(try row.timestampMilliseconds("w") == milliseconds)
                #expect(try row.string("n") == String(milliseconds))
            }
        }
    }

    @Test func timesOfOtherZonesAndFractionsAreRead() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("SET timezone = 'Asia/Kolkata'", timeout: .seconds(5))
            let row = try await connection.query(
                """
                SELECT '2025-06-01 00:00:00.1239+00'::timestamptz AS w, '2025-06-01 00:00:00.5'::timestamp AS plain,
                       '2025-06-01'::date AS day, 'infinity'::timestamptz AS never
                """
            )[0]
            #expect(try row.string("w").hasSuffix("+05:30"))
            #expect(try row.timestampMilliseconds("w") == 1_748_736_000_123)
            #expect(try row.timestampMilliseconds("plain") == 1_748_736_000_500)
            #expect(try row.timestampMilliseconds("day") == 1_748_736_000_000)
            #expect(throws: PostgresError.self) { try row.timestampMilliseconds("never") }
        }
    }

    @Test func arraysKeepNullsQuotesAndOrder() async throws {
        try await withTestConnection { connection in
            let texts: [String?] = ["a", nil, "", "NULL", "with \"quotes\" and \\", "{,}", "two words", "ü"]
            let row = try await connection.query(
                "SELECT $1::text[] AS t, $2::bigint[] AS i, $3::int[] AS empty, ARRAY[[1],[2]] AS deep",
                [.textArray(texts), .intArray([1, nil, .min, .max]), .intArray([])]
            )[0]
            #expect(try row.array("t") == texts)
            #expect(try row.array("i") == ["1", nil, "\(Int64.min)", "\(Int64.max)"])
            #expect(try row.array("empty") == [])
            #expect(throws: PostgresError.self) { try row.array("deep") }
        }
    }

    @Test func manyRowsKeepTheirOrderAndSharedColumns() async throws {
        try await withTestConnection { connection in
            let rows = try await connection.query(
                """
                SELECT n, n * n AS square, 1 a, 2 b, 3 c, 4 d, 5 e, 6 f, 7 g, repeat('x', n % 50) AS text
                FROM generate_series(1, 5000) n
                """
            )
            #expect(rows.count == 5_000)
            #expect(rows.affectedRows == 5_000)
            #expect(rows.columns.count == 10)
            for (index, row) in rows.enumerated() {
                let n = index + 1
                guard try row.int("square") == n * n, try row.int("g") == 7, try row.string("text").count == n % 50
                else {
                    Issue.record("row \(n)")
                    return
                }
            }
        }
    }

    @Test func wrongNamesAndTypesAreNamedWithoutTheValue() async throws {
        try await withTestConnection { connection in
            let row = try await connection.query("SELECT 'secret'::text AS word, 99999999999999999999 AS big")[0]
            let missing = #expect(throws: PostgresError.self) { try row.int("wrod") }
            #expect(missing?.message == "the result has no column wrod; it has word, big")
            let wrong = #expect(throws: PostgresError.self) { try row.int("word") }
            #expect(wrong?.message == "column word does not hold an integer")
            #expect(throws: PostgresError.self) { try row.int64("big") }
            #expect(throws: PostgresError.self) { try row.bool("word") }
            #expect(throws: PostgresError.self) { try row.double("word") }
        }
    }

    @Test func nulCharactersAreRefusedBeforeTheyAreSent() async throws {
        try await withTestConnection { connection in
            let error = await postgresError {
                _ = try await connection.query("SELECT $1::text, $2::text", [.text("a"), .text("b\0c")])
            }
            #expect(error?.code == .invalidParameter)
            #expect(error?.message.contains("$2") == true)
            let answers = try await connection.answers()
            #expect(answers)
        }
    }
}
