import JSON
import Testing

@Suite struct JSONValueTests {
    private static let keys = JSONKeys(["name", "level", "items", "a", "participantFrames"])

    @Test func readsEveryKind() throws {
        let text = #" {"name":"Ahri","level":18,"items":[1,-2.5,true,false,null,{}],"other":"é"} "#
        let root = try JSONDocument(parsing: text, keys: Self.keys).root
        #expect(root.kind == .object)
        #expect(root.count == 4)
        #expect(root["name"]?.string == "Ahri")
        #expect(root["level"]?.int64 == 18)
        #expect(root["level"]?.double == 18)
        #expect(root["other"]?.string == "é")
        #expect(root["missing"] == nil)
        let items = Array(try #require(root["items"]).elements)
        #expect(items.map(\.kind) == [.integer, .number, .bool, .bool, .null, .object])
        #expect(items[1].double == -2.5)
        #expect(items[1].int64 == nil)
        #expect(items[2].bool == true)
        #expect(items[3].bool == false)
        #expect(items[4].isNull)
        #expect(items[5].count == 0)
    }

    @Test func keysInTheTableHaveNumbers() throws {
        let text = #"{"level":1,"levels":2,"leve":3,"participantFrames":4,"a":5,"":6,"\u0061":7}"#
        let members = Array(try JSONDocument(parsing: text, keys: Self.keys).root.members)
        #expect(members.map(\.key.id) == [1, nil, nil, 4, 3, nil, 3])
        #expect(members.map(\.key.name) == ["level", "levels", "leve", "participantFrames", "a", "", "a"])
        #expect(members.map(\.value.int64) == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test func everyNameOfALargeTableIsFound() throws {
        let names = (0..<5_000).map { "\($0)".isEmpty ? "" : String(repeating: "k", count: $0 % 20) + "\($0)" }
        let keys = JSONKeys(names)
        let text = "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        let document = try JSONDocument(parsing: text, keys: keys)
        #expect(document.root.members.map(\.key.id) == Array(0..<5_000))
        #expect(names.allSatisfy { keys.name(keys.id(of: $0) ?? 0) == $0 })
        #expect(keys.id(of: "absent") == nil)
        #expect(keys.id(of: "") == nil)
    }

    @Test func duplicatesStayVisible() throws {
        let root = try JSONDocument(parsing: #"{"a":1,"b":2,"a":3}"#, keys: Self.keys).root
        #expect(root.members.map(\.key.name) == ["a", "b", "a"])
        #expect(root["a"]?.int64 == 1)
        #expect(root["b"]?.int64 == 2)
    }

    @Test func accessorsRefuseOtherKinds() throws {
        for text in [#""5""#, "5", "null", "true", "[5]", #"{"a":5}"#, "1e999"] {
            let value = try JSONDocument(parsing: text).root
            #expect((value.string != nil) == (value.kind == .string))
            #expect((value.bool != nil) == (value.kind == .bool))
            #expect((value.int64 != nil) == (value.kind == .integer))
            #expect((value.double != nil) == (value.kind == .integer))
            #expect((value.numberText != nil) == (value.kind == .integer || value.kind == .number))
            #expect(value.isNull == (value.kind == .null))
            #expect(Array(value.elements).count == (value.kind == .array ? 1 : 0))
            #expect(Array(value.members).count == (value.kind == .object ? 1 : 0))
            #expect(value["a"]?.int64 == (value.kind == .object ? 5 : nil))
        }
    }

    @Test(arguments: [
        ("9223372036854775807", Int64.max), ("-9223372036854775808", .min), ("0", 0), ("-1", -1), ("1e3", 1000),
        ("1.0", 1), ("-0", 0), ("9223372036854775808", nil), ("-9223372036854775809", nil), ("1.5", nil),
        ("100000000000000000000000000000", nil), ("18446744073709551616", nil), ("1e999", nil),
    ])
    func integersAreExact(text: String, expected: Int64?) throws {
        let value = try JSONDocument(parsing: "[\(text)]").root.elements.first { _ in true }
        #expect(value?.int64 == expected)
        #expect(value?.numberText == text)
        #expect(try JSONDocument(parsing: text).root.int64 == expected)
        #expect(try JSONDocument(parsing: text).root.numberText == text)
    }

    @Test(arguments: [
        "0.1", "-0", "1e-7", "123456789012345678901234567890", "1.7976931348623157e308", "5e-324",
        "2.2250738585072014e-308",
        "9007199254740993", "0.30000000000000004", "1E+2", "1e-400", "3.14159265358979323846264338327950288",
    ])
    func doublesAreTheNearestOnes(text: String) throws {
        for wrapped in [text, "[\(text)]", "{\"a\":\(text)}"] {
            let root = try JSONDocument(parsing: wrapped).root
            let value = root.elements.first { _ in true } ?? root["a"] ?? root
            #expect(value.double?.bitPattern == Double(text)?.bitPattern)
        }
    }

    @Test func numbersBeyondEveryDoubleKeepTheirText() throws {
        for text in ["1e999", "-1e400", "9e9999999999", String(repeating: "9", count: 400)] {
            let value = try JSONDocument(parsing: "{\"a\":[\(text),7]}").root["a"]
            let elements = Array(try #require(value).elements)
            #expect(elements[0].kind == .number)
            #expect(elements[0].double == nil)
            #expect(elements[0].numberText == text)
            #expect(elements[1].int64 == 7)
        }
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u20AC""#, "é€"), (#""\ud83d\ude00!""#, "😀!"),
        (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        (#""\ud83dA""#, "\u{FFFD}A"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
        (#""\u0000""#, "\0"), (#""\uFFFF""#, "\u{FFFF}"), (#""""#, ""), (#""日本語 テスト""#, "日本語 テスト"),
        (#""\udbff\udfff""#, "\u{10FFFF}"),
    ])
    func escapesAreReplaced(text: String, expected: String) throws {
        #expect(try JSONDocument(parsing: text).root.string == expected)
        let root = try JSONDocument(parsing: "{\(text):[\(text),\(text)]}").root
        let member = try #require(root.members.first { _ in true })
        #expect(member.key.name == expected)
        #expect(member.value.elements.map(\.string) == [expected, expected])
        #expect(
            member.value.elements.map { $0.withUTF8 { Array($0) } } == [Array(expected.utf8), Array(expected.utf8)]
        )
    }

    @Test func stringsOfEveryLengthAndPlaceOfTheEscape() throws {
        for length in 0..<40 {
            for place in 0...length {
                let plain = String(repeating: "x", count: place) + "\n" + String(repeating: "y", count: length - place)
                let text =
                    "[\"" + plain.replacing("\n", with: "\\n") + "\",\"" + plain.replacing("\n", with: "é") + "\"]"
                let elements = Array(try JSONDocument(parsing: text).root.elements)
                #expect(elements.map(\.string) == [plain, plain.replacing("\n", with: "é")])
            }
        }
    }

    @Test func rawRangesAreTheBytesReceived() throws {
        let text = "{ \"id\" : 1.0 , \"list\":[ 12345678901234567890 ,\"a\\u0041\\\"\" , {} , [ ] ], \"n\" : null }\n"
        let root = try JSONDocument(parsing: text).root
        func raw(_ value: JSONValue?) -> String? { value.map { String(decoding: $0.rawBytes, as: UTF8.self) } }
        #expect(raw(root) == String(text.dropLast()))
        #expect(raw(root["id"]) == "1.0")
        #expect(raw(root["n"]) == "null")
        #expect(root["list"]?.elements.map { raw($0) } == ["12345678901234567890", #""a\u0041\"""#, "{}", "[ ]"])
        #expect(Array(text.utf8)[root["list"]?.rawRange ?? 0..<0].first == UInt8(ascii: "["))
    }

    @Test func depthIsLimited() throws {
        for limit in [1, 2, 64, 512] {
            let allowed = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
            #expect(try JSONDocument(parsing: allowed, depthLimit: limit).valueCount == limit)
            #expect(throws: JSONError.self) { try JSONDocument(parsing: "[\(allowed)]", depthLimit: limit) }
        }
        let deep = String(repeating: "{\"a\":[", count: 50_000)
        #expect(throws: JSONError.self) { try JSONDocument(parsing: deep) }
        let closed = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: closed) }
        #expect(error?.code == .tooDeep)
        #expect(error?.offset == 64)
    }

    @Test func valuesOutliveTheirDocument() throws {
        func value() throws -> JSONValue? {
            let filler = String(repeating: "z", count: 5_000)
            return try JSONDocument(parsing: "{\"filler\":\"\(filler)\",\"kept\":\"te\\u0078t\"}").root["kept"]
        }
        let kept = try value()
        for _ in 0..<50 { _ = try JSONDocument(parsing: "[\(String(repeating: "1,", count: 2_000))1]") }
        #expect(kept?.string == "text")
    }

    @Test func documentsAreReadByManyTasksAtOnce() async throws {
        let text = "[" + (0..<2_000).map { "{\"a\":\($0),\"b\":\"\($0)\\n\"}" }.joined(separator: ",") + "]"
        let document = try JSONDocument(parsing: text, keys: Self.keys)
        let sums = await withTaskGroup(of: Int64.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let again = try? JSONDocument(parsing: text, keys: Self.keys)
                    let sum = document.root.elements.reduce(Int64(0)) { $0 + ($1["a"]?.int64 ?? 0) }
                    return again?.root.elements.reduce(sum) { $0 - ($1[key: 3]?.int64 ?? 0) } ?? -1
                }
            }
            return await group.reduce(into: [Int64]()) { $0.append($1) }
        }
        #expect(sums == Array(repeating: 0, count: 8))
    }
}
