import JSON
import Testing

@Suite struct JSONErrorTests {
    private struct Refusal: CustomTestStringConvertible {
        let text: [UInt8]
        let code: JSONError.Code
        let offset: Int
        var testDescription: String { String(decoding: text, as: UTF8.self) }

        init(_ text: String, _ code: JSONError.Code, _ offset: Int) { self.init(Array(text.utf8), code, offset) }
        init(_ text: [UInt8], _ code: JSONError.Code, _ offset: Int) {
            self.text = text
            self.code = code
            self.offset = offset
        }
    }

    private static let refusals: [Refusal] = [
        Refusal("", .empty, 0), Refusal(" \n\t\r ", .empty, 0),
        Refusal("\u{FEFF}{}", .unexpectedCharacter, 0), Refusal("x", .unexpectedCharacter, 0),
        Refusal("01", .invalidNumber, 0), Refusal("[01]", .invalidNumber, 1), Refusal("[-]", .invalidNumber, 1),
        Refusal("[-01]", .invalidNumber, 1), Refusal("[1.]", .invalidNumber, 1), Refusal("[1.e3]", .invalidNumber, 1),
        Refusal("[1e]", .invalidNumber, 1), Refusal("[1e+]", .invalidNumber, 1), Refusal("[1a]", .invalidNumber, 1),
        Refusal("[1\"a\"]", .invalidNumber, 1), Refusal("[0x10]", .invalidNumber, 1),
        Refusal("1_000", .invalidNumber, 0),
        Refusal("[1\0]", .invalidNumber, 1), Refusal("1\0", .invalidNumber, 0), Refusal("[1\u{C}2]", .invalidNumber, 1),
        Refusal("[+1]", .unexpectedCharacter, 1), Refusal("+1", .unexpectedCharacter, 0),
        Refusal("[.5]", .unexpectedCharacter, 1), Refusal("[NaN]", .unexpectedCharacter, 1),
        Refusal("[Infinity]", .unexpectedCharacter, 1), Refusal("['a']", .unexpectedCharacter, 1),
        Refusal("[nul]", .invalidLiteral, 1), Refusal("[nulll]", .invalidLiteral, 1),
        Refusal("tru", .invalidLiteral, 0),
        Refusal("[true\0]", .invalidLiteral, 1), Refusal("falsey", .invalidLiteral, 0),
        Refusal("[1 2]", .unexpectedCharacter, 3), Refusal("[1,]", .unexpectedCharacter, 3),
        Refusal("[,1]", .unexpectedCharacter, 1), Refusal("[1,,2]", .unexpectedCharacter, 3),
        Refusal("[1}", .unexpectedCharacter, 2), Refusal("[}", .unexpectedCharacter, 1),
        Refusal("{]", .unexpectedCharacter, 1), Refusal("[\"a\":1]", .unexpectedCharacter, 4),
        Refusal("{\"a\"}", .unexpectedCharacter, 4), Refusal("{\"a\" 1}", .unexpectedCharacter, 5),
        Refusal("{\"a\":}", .unexpectedCharacter, 5), Refusal("{\"a\":1,}", .unexpectedCharacter, 7),
        Refusal("{\"a\":1 \"b\":2}", .unexpectedCharacter, 7), Refusal("{a:1}", .unexpectedCharacter, 1),
        Refusal("{1:2}", .unexpectedCharacter, 1), Refusal("{\"a\":1,,\"b\":2}", .unexpectedCharacter, 7),
        Refusal("{\"a\"::1}", .unexpectedCharacter, 5), Refusal("[\"a\" \"b\"]", .unexpectedCharacter, 5),
        Refusal("[\"a\"b]", .unexpectedCharacter, 4), Refusal("{\"a\":\"b\":\"c\"}", .unexpectedCharacter, 8),
        Refusal("{\"a\":{\"b\":[1}}", .unexpectedCharacter, 12), Refusal("[/*c*/1]", .unexpectedCharacter, 1),
        Refusal("[", .unclosedContainer, 1), Refusal("{\"a\":1", .unclosedContainer, 6),
        Refusal("[[1]", .unclosedContainer, 4), Refusal("{\"a\":[1,{\"b\":2}", .unclosedContainer, 15),
        Refusal("[1] 2", .trailingContent, 4), Refusal("[1]]", .trailingContent, 3),
        Refusal("{}{}", .trailingContent, 2),
        Refusal("1 2", .trailingContent, 2), Refusal("\"a\" \"b\"", .trailingContent, 4),
        Refusal("{} x", .trailingContent, 3),
        Refusal("[1]\0", .trailingContent, 3), Refusal("null,", .trailingContent, 4),
        Refusal("[\"abc", .unclosedString, 1), Refusal("[\"abc\\\"]", .unclosedString, 1),
        Refusal("\"", .unclosedString, 0),
        Refusal("{\"a", .unclosedString, 1), Refusal("[\"a\nb\"]", .controlCharacter, 3),
        Refusal("[\"a\0b\"]", .controlCharacter, 3), Refusal("{\"\t\":1}", .controlCharacter, 2),
        Refusal("[\"\\x\"]", .invalidEscape, 2), Refusal("[\"\\u12G4\"]", .invalidEscape, 2),
        Refusal("[\"ab\\u12\"]", .invalidEscape, 4), Refusal("{\"\\ \":1}", .invalidEscape, 2),
        Refusal("[\"\\'\"]", .invalidEscape, 2), Refusal("\"\\ud83d\\u\"", .invalidEscape, 7),
        Refusal([0x22, 0xFF, 0x22], .invalidUTF8, 1), Refusal([0x22, 0xC0, 0x80, 0x22], .invalidUTF8, 1),
        Refusal([0x22, 0xED, 0xA0, 0x80, 0x22], .invalidUTF8, 1),
        Refusal([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], .invalidUTF8, 1),
        Refusal([0x5B, 0x22, 0x61, 0xE2, 0x82, 0x22, 0x5D], .invalidUTF8, 3),
        Refusal([0x31, 0x20, 0x80], .invalidUTF8, 2),
        Refusal([0x22, 0xE0, 0x80, 0x80, 0x22], .invalidUTF8, 1), Refusal([0x5B, 0x5D, 0xC3], .invalidUTF8, 2),
    ]

    @Test(arguments: refusals) private func saysWhatIsWrongAndWhere(refusal: Refusal) {
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: refusal.text) }
        #expect(error?.code == refusal.code)
        #expect(error?.offset == refusal.offset)
        #expect(error?.description.hasSuffix("(byte \(refusal.offset)).") == true)
    }

    @Test func everyCodeHasItsOwnSentence() {
        let sentences = Self.refusals.compactMap { refusal in
            #expect(throws: JSONError.self) { try JSONDocument(parsing: refusal.text) }
        }
        let byCode = Dictionary(grouping: sentences, by: \.code)
        #expect(byCode.count == JSONError.Code.allCases.count - 3)  // not provoked here: depth, size, memory
    }
}
