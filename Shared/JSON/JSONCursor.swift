public import CSimdjson

/// One value on a `JSONTape`, and its name if it is a member of an object.
///
/// Two pointers that own nothing: copying one costs nothing, and walking a whole body counts no references. So it is
/// valid only inside the `withRoot` that it comes from; what a decoder keeps, it copies.
///
/// The typed properties are `nil` when the value is of another kind or out of range; nothing is converted between
/// strings and numbers.
@frozen public struct JSONCursor: BitwiseCopyable {
    @usableFromInline let entry: UnsafePointer<csimdjson_entry>
    @usableFromInline let document: UnsafePointer<csimdjson_document>

    @inlinable init(entry: UnsafePointer<csimdjson_entry>, document: UnsafePointer<csimdjson_document>) {
        self.entry = entry
        self.document = document
    }

    @inlinable var code: Int { Int(entry.pointee.kind) }

    /// What the value is.
    @inlinable public var kind: JSONKind {
        switch code {
        case csimdjson_object: .object
        case csimdjson_array: .array
        case csimdjson_string: .string
        case csimdjson_integer: .integer
        case csimdjson_bool: .bool
        case csimdjson_null: .null
        default: .number
        }
    }

    /// Whether the value is `null`.
    @inlinable public var isNull: Bool { code == csimdjson_null }

    // MARK: Scalars

    /// A number of kind `integer`, or one that is whole and below 2^53 however it is written (`1.0`, `1e3`).
    @inlinable public var int64: Int64? {
        if code == csimdjson_integer { return Int64(bitPattern: entry.pointee.value) }
        return code == csimdjson_number ? wholeNumber : nil
    }

    @usableFromInline var wholeNumber: Int64? {
        let nearest = Double(bitPattern: entry.pointee.value)
        guard nearest.magnitude < 0x1p53, let whole = Int64(exactly: nearest) else { return nil }
        return isWritten(asWhole: whole) ? whole : nil  // above 2^53 doubles skip integers
    }

    /// Whether the text says `whole` itself and not something that was rounded to it, such as `1.00000000000000000001`
    /// or `1e-400`: a double tells numbers of up to 15 digits apart.
    private func isWritten(asWhole whole: Int64) -> Bool {
        let digits = rawBytes.prefix { $0 | 0x20 != UInt8(ascii: "e") }.filter { $0 >= UInt8(ascii: "0") }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }.count
        return whole == 0 ? significant == 0 : significant <= 15
    }

    /// The nearest double of a number; `nil` for numbers beyond every double, such as `1e999`.
    @inlinable public var double: Double? {
        switch code {
        case csimdjson_integer: Double(Int64(bitPattern: entry.pointee.value))
        case csimdjson_number: Double(bitPattern: entry.pointee.value)
        default: nil
        }
    }

    /// `true` or `false`.
    @inlinable public var bool: Bool? { code == csimdjson_bool ? entry.pointee.value != 0 : nil }

    /// The text of a string, without quotes and escapes; `nil` for other kinds.
    @inlinable public var utf8: UnsafeBufferPointer<UInt8>? {
        guard code == csimdjson_string else { return nil }
        let entry = entry.pointee
        let isCopied = Int32(entry.flags) & CSIMDJSON_TEXT_UNESCAPED != 0
        let memory = isCopied ? document.pointee.strings : document.pointee.input
        return UnsafeBufferPointer(
            start: memory.map { UnsafePointer($0) + Int(UInt32(truncatingIfNeeded: entry.value)) },
            count: Int(entry.value >> 32)
        )
    }

    /// The text of a string; `nil` for other kinds.
    @inlinable public var string: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }

    // MARK: Text

    /// Where the value stands in the text, quotes and brackets included.
    @inlinable public var rawRange: Range<Int> { Int(entry.pointee.start)..<Int(entry.pointee.end) }

    /// The bytes of the value as they were received.
    @inlinable public var rawBytes: UnsafeBufferPointer<UInt8> {
        let range = rawRange
        return UnsafeBufferPointer(
            start: document.pointee.input.map { UnsafePointer($0) + range.lowerBound },
            count: range.count
        )
    }

    // MARK: Names

    /// The number of its name in the tape's `JSONKeys`; `JSONKeys.noNumber` when it is not there, and for values that
    /// are no members.
    @inlinable public var keyNumber: Int { Int(entry.pointee.key) }

    /// The name of a member, without quotes and escapes; valid as long as the cursor.
    public var keyUTF8: UnsafeBufferPointer<UInt8> {
        let entry = entry.pointee
        guard Int32(entry.flags) & CSIMDJSON_HAS_KEY != 0, let input = document.pointee.input else {
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        let start = Int(entry.key_start)
        guard Int32(entry.flags) & CSIMDJSON_KEY_UNESCAPED != 0, let strings = document.pointee.strings else {
            var end = start
            while input[end] != UInt8(ascii: "\"") { end += 1 }
            return UnsafeBufferPointer(start: input + start, count: end - start)
        }
        let length = UnsafeRawPointer(strings + start).loadUnaligned(as: UInt32.self)
        return UnsafeBufferPointer(start: strings + start + 4, count: Int(length))
    }

    /// The name of a member.
    public var keyName: String { String(decoding: keyUTF8, as: UTF8.self) }

    // MARK: Containers

    @inlinable var isContainer: Bool { code <= csimdjson_array }

    /// Number of members or elements; 0 for scalars.
    @inlinable public var count: Int { isContainer ? Int(UInt32(truncatingIfNeeded: entry.pointee.value)) : 0 }

    /// The value after this one and everything inside it.
    @inlinable var next: JSONCursor {
        guard isContainer, let entries = document.pointee.entries else {
            return JSONCursor(entry: entry + 1, document: document)
        }
        return JSONCursor(entry: UnsafePointer(entries) + Int(entry.pointee.value >> 32), document: document)
    }

    @inlinable func children(of kind: Int) -> JSONCursors {
        JSONCursors(first: JSONCursor(entry: entry + 1, document: document), count: code == kind ? count : 0)
    }

    /// The members of an object in the order of the text, duplicates included; nothing for other kinds.
    @inlinable public var members: JSONCursors { children(of: csimdjson_object) }

    /// The elements of an array; nothing for other kinds.
    @inlinable public var elements: JSONCursors { children(of: csimdjson_array) }

    /// The first member whose name has this number in the tape's `JSONKeys`.
    @inlinable public subscript(key number: Int) -> JSONCursor? {
        for member in members where member.keyNumber == number { return member }
        return nil
    }

    /// The first member with this name, which is not in the tape's `JSONKeys`.
    func unnumberedMember(_ name: String) -> JSONCursor? {
        members.first { $0.keyNumber == JSONKeys.noNumber && $0.keyName == name }
    }
}

/// The members of an object or the elements of an array, in the order of the text.
@frozen public struct JSONCursors: Sequence, IteratorProtocol, BitwiseCopyable {
    @usableFromInline var following: JSONCursor
    @usableFromInline var left: Int

    @inlinable init(first: JSONCursor, count: Int) {
        following = first
        left = count
    }

    /// How many there are, without walking them.
    @inlinable public var underestimatedCount: Int { left }

    /// The next one.
    @inlinable public mutating func next() -> JSONCursor? {
        guard left > 0 else { return nil }
        left -= 1
        let value = following
        following = value.next
        return value
    }
}

/// The kinds of values; numbers are told apart by whether `Int64` holds them exactly.
@frozen public enum JSONKind: UInt8, Sendable {
    /// `{…}`
    case object
    /// `[…]`
    case array
    /// A string.
    case string
    /// A number written as an integer, within `Int64`.
    case integer
    /// Any other number.
    case number
    /// `true` or `false`.
    case bool
    /// `null`
    case null
}
