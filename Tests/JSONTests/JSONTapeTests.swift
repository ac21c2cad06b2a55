import Compression
import JSON
import Testing

@Suite struct JSONTapeTests {
    private static let long = "aNameOfMoreThanThirtyTwoBytesThatDiffersInItsMiddle"
    private static let keys = JSONKeys(["a", "name", long, long.replacing("Middle", with: "Riddle"), "exactly8"])

    private static func parse(_ text: String, into tape: inout JSONTape) throws {
        let bytes = Array(text.utf8)
        let room = try tape.reserve(bytes.count)
        bytes.withUnsafeBytes { room.copyMemory(from: $0) }
        try tape.parse(count: bytes.count, keys: keys)
    }

    @Test func aTapeIsFilledAgainAndAgain() throws {
        var tape = try JSONTape()
        for round in 0..<50 {
            let elements = (0..<(round * 37 % 500)).map { "{\"a\":\($0),\"b\\n\":\"x\\t\($0)\"}" }
            try Self.parse("[\(elements.joined(separator: ","))]", into: &tape)
            tape.withRoot { root in
                #expect(root.count == elements.count)
                for (place, element) in root.elements.enumerated() {
                    let members = Array(element.members)
                    #expect(members.map(\.keyName) == ["a", "b\n"])
                    #expect(members.map(\.keyNumber) == [0, JSONKeys.noNumber])
                    #expect(members[0].int64 == Int64(place))
                    #expect(members[1].string == "x\t\(place)")
                }
            }
            #expect(throws: JSONError.self) { try Self.parse("[1,", into: &tape) }
        }
    }

    @Test func tapesOfOneThreadDoNotShareTheirMemory() throws {
        var one = try JSONTape()
        try Self.parse(#"["one"]"#, into: &one)
        var other = try JSONTape()
        try Self.parse(#"["other"]"#, into: &other)
        #expect(one.withRoot { $0.elements.map(\.string) } == ["one"])
        #expect(other.withRoot { $0.elements.map(\.string) } == ["other"])
    }

    /// Whatever stands between a name and its colon, and whatever begins or ends like a name.
    @Test func namesAreFoundHoweverTheyAreWritten() throws {
        let other = Self.long.replacing("InIts", with: "inIts")
        let names = [
            ("\"a\"", 0), ("\"a\" ", 0), ("\"\\u0061\"", 0), ("\"a\"\n\t", 0), ("\"\"", nil), ("\"aa\"", nil),
            ("\"\(Self.long)\"", 2), ("\"\(Self.long.replacing("Middle", with: "Riddle"))\" ", 3),
            ("\"\(other)\"", nil),
            ("\"exactly8\"", 4), ("\"exactly9\"", nil), ("\"name\\\"\"", nil), ("\"a\\\"\"", nil),
            ("\"name\\\\\"", nil),
        ]
        var tape = try JSONTape()
        try Self.parse("{" + names.map { "\($0.0):1" }.joined(separator: ",") + "}", into: &tape)
        tape.withRoot { root in
            #expect(root.members.map(\.keyNumber) == names.map { $0.1 ?? JSONKeys.noNumber })
        }
    }

    @Test func textsOfASetHaveNumbers() throws {
        var tape = try JSONTape()
        try Self.parse(#"["name","nam","","n\u0061me",5,"exactly8"]"#, into: &tape)
        let numbers = tape.withRoot { $0.elements.map { Self.keys.number(spelledBy: $0) } }
        #expect(numbers == [1, nil, nil, 1, nil, 4])
    }

    /// Numbers of one to ten digits go through two readers.
    @Test func integersOfEveryLength() throws {
        var tape = try JSONTape()
        let texts = (1...19).flatMap { length in
            ["1", "9", "12345678901234567890"].map { String(repeating: $0, count: length).prefix(length) }
        }
        for separator in [",", " , "] {
            try Self.parse("[\(texts.joined(separator: separator))]", into: &tape)
            #expect(tape.withRoot { $0.elements.map(\.int64) } == texts.map { Int64($0) })
        }
        for text in ["1234:678", "123/5", "12;4", "1234567a", "00000000", "01", "1234567\u{C}"] {
            let error = #expect(throws: JSONError.self) { try Self.parse("[\(text)]", into: &tape) }
            #expect(error?.code == .invalidNumber || error?.code == .unexpectedCharacter)
        }
    }

    @Test func theFirstFaultIsReported() throws {
        var tape = try JSONTape()
        let error = #expect(throws: JSONError.self) { try Self.parse(#"{"a":[1,,2],"b":[3"#, into: &tape) }
        #expect(error?.code == .unexpectedCharacter)
        #expect(error?.offset == 8)
    }

    @Test func gzipIsInflatedIntoTheTape() throws {
        let text = "[" + (0..<3_000).map { "\($0)" }.joined(separator: ",") + "]"
        let (head, tail) = (Array(text.utf8.prefix(5_000)), Array(text.utf8.dropFirst(5_000)))
        let whole = Gzip.deflate(Array(text.utf8))
        for body in [whole, Gzip.deflate(head) + Gzip.deflate(tail), Gzip.deflate([]) + whole] {
            var tape = try JSONTape()
            let count = try Gzip.inflate(body, limit: 100_000) { try? tape.reserve($0) }
            #expect(count == text.utf8.count)
            try tape.parse(count: count)
            #expect(tape.withRoot { $0.elements.map(\.int64) } == (0..<3_000).map(Int64.init))
        }
        var room = [UInt8](repeating: 0, count: 100_000)
        for (body, limit) in [(whole, 100), (Array(whole.dropLast(5)), 100_000), (Array(text.utf8), 100_000)] {
            let expected = #expect(throws: GzipError.self) { try Gzip.inflate(body, limit: limit) }
            room.withUnsafeMutableBytes { room in
                let error = #expect(throws: GzipError.self) { try Gzip.inflate(body, limit: limit) { _ in room } }
                #expect(error == expected)
            }
        }
    }
}
