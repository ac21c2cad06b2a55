import Foundation
import Postgres
import Testing

@Suite(.serialized, .timeLimit(.minutes(1)))
struct BinaryCopyWriterTests {
    @Test func writesTheDocumentedFormat() {
        var writer = BinaryCopyWriter()
        writer.beginRow(columns: 3)
        writer.append(int16: 258)
        writer.appendNull()
        writer.append(text: "é")
        let header: [UInt8] = [80, 71, 67, 79, 80, 89, 10, 0xFF, 13, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let row: [UInt8] = [0, 3, 0, 0, 0, 2, 1, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 2, 0xC3, 0xA9]
        #expect(writer.finish() == header + row + [0xFF, 0xFF])
    }

    @Test func isEmptyAfterItsEnd() {
        var writer = BinaryCopyWriter(capacity: 0)
        let empty = writer.finish()
        writer.beginRow(columns: 1)
        writer.append(int64: 1)
        #expect(writer.finish().count == empty.count + 2 + 12)
        #expect(writer.finish() == empty)
    }

    @Test func aRowOfTheWrongLengthIsAProgrammersError() async {
        await #expect(processExitsWith: .failure) {
            var writer = BinaryCopyWriter()
            writer.beginRow(columns: 2)
            writer.append(int32: 1)
            writer.beginRow(columns: 2)
        }
        await #expect(processExitsWith: .failure) {
            var writer = BinaryCopyWriter()
            writer.beginRow(columns: 1)
            writer.append(int32: 1)
            writer.append(int32: 1)
        }
    }

    @Test func everyKindOfValueArrivesInItsColumn() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript(
                """
                CREATE TABLE kinds (n int, s smallint, i integer, b bigint, d double precision, r real, f boolean,
                    t text, u text, y bytea, w timestamptz, j jsonb, k jsonb, sa smallint[], ia integer[], ba bigint[],
                    ra real[], da double precision[], fa boolean[], ta text[])
                """,
                timeout: .seconds(5)
            )
            let all = (0...255).map { UInt8($0) }
            var writer = BinaryCopyWriter()
            writer.beginRow(columns: 20)
            writer.append(int32: 1)
            writer.append(int16: .min)
            writer.append(int32: .max)
            writer.append(int64: .min)
            writer.append(double: 0.1)
            writer.append(float: -1.5)
            writer.append(bool: true)
            writer.append(text: "雪 and 🏔")
            writer.append(utf8: Array("utf8".utf8)[1...])
            writer.append(bytes: all)
            writer.append(timestampMilliseconds: 1_735_689_599_999)
            writer.append(jsonb: #"{"a": [1, null]}"#)
            writer.append(jsonb: Array("[1]".utf8))
            writer.append(int16Array: [1, nil, -1])
            writer.append(int32Array: [.min, .max])
            writer.append(int64Array: [])
            writer.append(floatArray: [0.5, nil])
            writer.append(doubleArray: [.infinity])
            writer.append(boolArray: [true, false, nil])
            writer.append(textArray: ["a", nil, "", "b \"c\""])
            writer.beginRow(columns: 20)
            writer.append(int32: 2)
            for _ in 0..<19 { writer.appendNull() }
            let count = try await connection.copyIn("COPY kinds FROM STDIN (FORMAT binary)", writer.finish())
            #expect(count == 2)

            let rows = try await connection.query("SELECT * FROM kinds ORDER BY n")
            let row = rows[0]
            #expect(try row.int("s") == Int(Int16.min))
            #expect(try row.int("i") == Int(Int32.max))
            #expect(try row.int64("b") == .min)
            #expect(try row.double("d") == 0.1)
            #expect(try row.double("r") == -1.5)
            #expect(try row.bool("f"))
            #expect(try row.string("t") == "雪 and 🏔")
            #expect(try row.string("u") == "tf8")
            #expect(try row.bytes("y") == all)
            #expect(try row.timestampMilliseconds("w") == 1_735_689_599_999)
            #expect(try row.string("j") == #"{"a": [1, null]}"#)
            #expect(try row.string("k") == "[1]")
            #expect(try row.array("sa") == ["1", nil, "-1"])
            #expect(try row.array("ia") == ["-2147483648", "2147483647"])
            #expect(try row.array("ba") == [])
            #expect(try row.array("ra") == ["0.5", nil])
            #expect(try row.array("da") == ["Infinity"])
            #expect(try row.array("fa") == ["t", "f", nil])
            #expect(try row.array("ta") == ["a", nil, "", "b \"c\""])
            for column in rows.columns where column != "n" { #expect(try rows[1].optionalString(column) == nil) }
        }
    }

    @Test func timesAtTheEdgesOfPostgres() async throws {
        let times: [(milliseconds: Int64, text: String)] = [
            (0, "1970-01-01 00:00:00+00"), (1, "1970-01-01 00:00:00.001+00"),
            (253_402_300_800_000, "10000-01-01 00:00:00+00"), (-62_198_755_200_000, "0002-01-01 00:00:00+00 BC"),
            (Int64.max, "infinity"), (Int64.min, "-infinity"),
            (-210_866_803_200_000, "4714-11-24 00:00:00+00 BC"), (-210_866_803_200_001, "-infinity"),
            (9_224_318_015_999_999, "294276-12-31 23:59:59.999+00"), (9_224_318_016_000_000, "infinity"),
        ]
        try await withTestConnection { connection in
            try await connection.executeScript("CREATE TABLE t (n int, w timestamptz)", timeout: .seconds(5))
            var writer = BinaryCopyWriter()
            for (number, time) in times.enumerated() {
                writer.beginRow(columns: 2)
                writer.append(int32: Int32(number))
                writer.append(timestampMilliseconds: time.milliseconds)
            }
            _ = try await connection.copyIn("COPY t FROM STDIN (FORMAT binary)", writer.finish())
            let rows = try await connection.query("SELECT w FROM t ORDER BY n")
            for (time, row) in zip(times, rows) {
                #expect(try row.string("w") == time.text)
                if time.text.contains("infinity") { continue }
                #expect(try row.timestampMilliseconds("w") == time.milliseconds)
            }
        }
    }

    @Test func copiesLargerThanEveryBufferArriveWhole() async throws {
        try await withTestConnection { connection in
            try await connection.executeScript("CREATE TABLE bodies (n int, body bytea)", timeout: .seconds(5))
            var writer = BinaryCopyWriter()
            for n in 0..<200 {
                writer.beginRow(columns: 2)
                writer.append(int32: Int32(n))
                writer.append(bytes: [UInt8](repeating: UInt8(n), count: 60_000))
            }
            let count = try await connection.copyIn("COPY bodies FROM STDIN (FORMAT binary)", writer.finish())
            #expect(count == 200)
            let sum = try await connection.query("SELECT sum(length(body)) AS bytes FROM bodies")[0]
            #expect(try sum.int("bytes") == 12_000_000)
            let body = try await connection.query("SELECT body FROM bodies WHERE n = 171")[0].bytes("body")
            #expect(body == [UInt8](repeating: 171, count: 60_000))
        }
    }
}
