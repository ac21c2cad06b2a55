import CSimdjson

/// Why a text is not JSON (RFC 8259), and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The rule that the text breaks.
    public enum Code: Sendable, CaseIterable {
        /// Nothing but white space.
        case empty
        /// Not UTF-8.
        case invalidUTF8
        /// A raw character below U+0020 inside a string.
        case controlCharacter
        /// A string without its closing quote.
        case unclosedString
        /// A backslash followed by something that is no escape.
        case invalidEscape
        /// Digits that are no JSON number, such as `01`, `1.` or `+1`.
        case invalidNumber
        /// A word that begins like `true`, `false` or `null` and is none of them.
        case invalidLiteral
        /// A character that cannot stand here.
        case unexpectedCharacter
        /// The text ends inside an object or array.
        case unclosedContainer
        /// Something follows the value.
        case trailingContent
        /// More containers inside each other than allowed.
        case tooDeep
        /// More bytes than a document may have.
        case tooLarge
        /// No memory.
        case outOfMemory
    }

    /// The rule that the text breaks.
    public let code: Code
    /// The byte at which it breaks it, counted from 0.
    public let offset: Int

    /// Translates what the C bridge reports.
    init(bridged: Int32, offset: Int) {
        self.offset = offset
        self.code =
            switch Int(bridged) {
            case csimdjson_empty: .empty
            case csimdjson_invalid_utf8: .invalidUTF8
            case csimdjson_control_character: .controlCharacter
            case csimdjson_unclosed_string: .unclosedString
            case csimdjson_invalid_escape: .invalidEscape
            case csimdjson_invalid_number: .invalidNumber
            case csimdjson_invalid_literal: .invalidLiteral
            case csimdjson_unclosed_container: .unclosedContainer
            case csimdjson_trailing_content: .trailingContent
            case csimdjson_too_deep: .tooDeep
            case csimdjson_too_large: .tooLarge
            case csimdjson_out_of_memory: .outOfMemory
            default: .unexpectedCharacter
            }
    }

    /// A sentence that names the rule and the place, and quotes nothing of the text.
    public var description: String { "Not valid JSON: \(reason) (byte \(offset))." }

    private var reason: String {
        switch code {
        case .empty: "there is no value"
        case .invalidUTF8: "the text is not UTF-8"
        case .controlCharacter: "a string contains a raw control character, which must be escaped"
        case .unclosedString: "a string is not closed"
        case .invalidEscape: "a string contains an unknown escape"
        case .invalidNumber: "a number is malformed"
        case .invalidLiteral: "a word is neither true, false nor null"
        case .unexpectedCharacter: "a character stands where none of its kind may"
        case .unclosedContainer: "the text ends inside an object or array"
        case .trailingContent: "something follows the value"
        case .tooDeep: "objects and arrays are nested too deeply"
        case .tooLarge: "the text is larger than a document may be"
        case .outOfMemory: "there is no memory left to parse it"
        }
    }
}
