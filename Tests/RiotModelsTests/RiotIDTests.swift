import Foundation
import RiotModels
import Testing

@Suite struct RiotIDTests {
    @Test(arguments: [
        ("Name", "NA1"), ("红烧狮子头", "喵喵喵"), ("a b c", "EUW"), ("שלום", "ישר"), ("x/y?z%20", "1"), ("🙂", "🙂"),
        (String(repeating: "é", count: 32), String(repeating: "語", count: 16)), (" lead", "T"),
    ])
    func acceptsNamesOfEveryScript(gameName: String, tagLine: String) throws {
        let id = try RiotID(gameName: gameName, tagLine: tagLine)
        #expect(id.gameName == gameName)
        #expect(id.tagLine == tagLine)
        #expect(try RiotID(parsing: "\(gameName)#\(tagLine)") == id)
    }

    @Test(arguments: [
        ("", "NA1", RiotModelError.Subject.gameName), ("   ", "NA1", .gameName), ("\u{3000}", "NA1", .gameName),
        ("Name", "", .tagLine), ("Na#me", "NA1", .gameName), ("Name", "#NA1", .tagLine),
        ("Na\u{0}me", "NA1", .gameName), ("Name", "N\nA", .tagLine), ("Na\u{85}me", "NA1", .gameName),
        (String(repeating: "a", count: 33), "NA1", .gameName), ("Name", String(repeating: "a", count: 17), .tagLine),
        (String(repeating: "e\u{301}\u{323}", count: 32), "NA1", .gameName),
    ])
    func refusesNonsenseAndNamesThePart(gameName: String, tagLine: String, subject: RiotModelError.Subject) throws {
        let error = try #require(throws: RiotModelError.self) { try RiotID(gameName: gameName, tagLine: tagLine) }
        #expect(error.subject == subject)
        #expect(error.message.utf8.count < 200)
    }

    @Test func refusesAHugeNameWithoutNormalisingIt() throws {
        let error = try #require(throws: RiotModelError.self) {
            try RiotID(gameName: String(repeating: "a", count: 1_000_000), tagLine: "NA1")
        }
        #expect(error.message.utf8.count < 200)
    }

    @Test(arguments: ["Name", "Name#", "#NA1", "a#b#c", "", "#", "Name#NA1#"])
    func refusesTextThatIsNotNameAndTag(text: String) {
        #expect(throws: RiotModelError.self) { try RiotID(parsing: text) }
    }

    /// A combining mark after the `#` makes one character of both; the separator is the scalar.
    @Test func separatorIsAScalar() throws {
        #expect(try RiotID(parsing: "Name#\u{301}x").tagLine.unicodeScalars.count == 2)
    }

    @Test(arguments: [
        ("e\u{301}", "é"), ("\u{212B}", "Å"), ("\u{1100}\u{1161}\u{11A8}", "각"), ("a\u{323}\u{302}", "ậ"),
        ("a\u{302}\u{323}", "ậ"), ("ﬁ", "ﬁ"), ("\u{03B1}\u{0313}\u{0300}\u{0345}", "\u{1F82}"),
    ])
    func normalisesToFormC(written: String, stored: String) throws {
        let name = try RiotID(gameName: written, tagLine: "T").gameName
        #expect(Array(name.unicodeScalars) == Array(stored.unicodeScalars))
        #expect(isFormC(name))
        #expect(name == written.precomposedStringWithCanonicalMapping)
    }

    /// In slices, so that no test holds a thread for long.
    @Test(arguments: Array(stride(from: UInt32(0), to: 0x11_0000, by: 0x4000)))
    func agreesWithFoundationOnEveryScalar(first: UInt32) {
        var wrong: [Unicode.Scalar] = []
        for value in max(1, first)..<(first + 0x4000) {
            guard let scalar = Unicode.Scalar(value), scalar != "#", !scalar.properties.isWhitespace,
                scalar.properties.generalCategory != .control, scalar.properties.generalCategory != .unassigned
            else { continue }
            let text = String(scalar)
            guard let name = try? RiotID(gameName: text, tagLine: "T").gameName, isFormC(name),
                Array(name.utf8) == Array(text.precomposedStringWithCanonicalMapping.utf8)
            else {
                wrong.append(scalar)
                continue
            }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20))")
    }

    @Test(arguments: [
        ("Hide on bush", "KR1", "hideonbush", "kr1"), ("É a", "x", "e\u{301}A", "X"), ("ＡＢ", "t", "ａｂ", "T"),
        ("a b", "c", "ab ", "c"), ("ДОМ", "ru", "дом", "RU"), ("a\u{A0}b", "c", "ab", "c"),
        ("e \u{301}", "c", "é", "c"),
    ])
    func foldsCaseAndSpaces(name1: String, tag1: String, name2: String, tag2: String) throws {
        let first = try RiotID(gameName: name1, tagLine: tag1).foldedKey
        let second = try RiotID(gameName: name2, tagLine: tag2).foldedKey
        #expect(Array(first.utf8) == Array(second.utf8))
        #expect(isFormC(first))
    }

    @Test func differentPlayersHaveDifferentKeys() throws {
        let keys = try [("ab", "c"), ("a", "bc"), ("abc", "d"), ("áb", "c"), ("ab", "ć")]
            .map { try RiotID(gameName: $0.0, tagLine: $0.1).foldedKey }
        #expect(Set(keys).count == keys.count)
    }

    private func isFormC(_ text: String) -> Bool {
        var text = text
        text.makeContiguousUTF8()
        var span = text.utf8Span
        return span.checkForNFC(quickCheck: false)
    }
}
