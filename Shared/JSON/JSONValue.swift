import CSimdjson

/// One value of a `JSONDocument`, which it keeps alive.
///
/// The typed properties are `nil` when the value is of another kind or out of range; nothing is converted between
/// strings and numbers.
public struct JSONValue: Sendable {
    /// The kinds of values; numbers are told apart by whether `Int64` holds them exactly.
    public enum Kind: UInt8, Sendable {
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

    let storage: JSONStorage
    let index: Int

    var entry: csimdjson_entry { storage.entries[index] }

    /// What the value is.
    public var kind: Kind {
        switch Int(entry.kind) {
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
    public var isNull: Bool { entry.kind == csimdjson_null }

    /// A number of kind `integer`, or one that is whole and below 2^53 however it is written (`1.0`, `1e3`).
    public var int64: Int64? {
        switch Int(entry.kind) {
        case csimdjson_integer:
            return Int64(bitPattern: entry.value)
        case csimdjson_number:
            let nearest = Double(bitPattern: entry.value)
            guard nearest.magnitude < 0x1p53, let whole = Int64(exactly: nearest) else { return nil }
            return isWritten(asWhole: whole) ? whole : nil  // above 2^53 doubles skip integers
        default:
            return nil
        }
    }

    /// Whether the text says `whole` itself and not something that was rounded to it, such as `1.00000000000000000001`
    /// or `1e-400`: a double tells numbers of up to 15 digits apart.
    private func isWritten(asWhole whole: Int64) -> Bool {
        let digits = rawBytes.prefix { $0 | 0x20 != UInt8(ascii: "e") }.filter { $0 >= UInt8(ascii: "0") }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }.count
        return whole == 0 ? significant == 0 : significant <= 15
    }

    /// The nearest double of a number; `nil` for numbers beyond every double, such as `1e999`.
    public var double: Double? {
        switch Int(entry.kind) {
        case csimdjson_integer: Double(Int64(bitPattern: entry.value))
        case csimdjson_number: Double(bitPattern: entry.value)
        default: nil
        }
    }

    /// `true` or `false`.
    public var bool: Bool? { entry.kind == csimdjson_bool ? entry.value != 0 : nil }

    /// The text of a string.
    public var string: String? {
        withUTF8 { String(decoding: $0, as: UTF8.self) }
    }

    /// Calls `body` with the text of a string, without a copy; `nil` for other kinds.
    ///
    /// The buffer must not be used after the call.
    public func withUTF8<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard entry.kind == csimdjson_string else { return nil }
        return try withExtendedLifetime(storage) { () throws(Failure) in try body(storage.text(of: entry)) }
    }

    /// A number as it is written, digit for digit; `nil` for other kinds.
    public var numberText: String? {
        switch kind {
        case .integer, .number: String(decoding: rawBytes, as: UTF8.self)
        default: nil
        }
    }

    /// Where the value stands in the text, quotes and brackets included.
    public var rawRange: Range<Int> { Int(entry.start)..<Int(entry.end) }

    /// The bytes of the value as they were received.
    public var rawBytes: [UInt8] {
        withExtendedLifetime(storage) {
            Array(
                UnsafeBufferPointer(
                    rebasing: UnsafeBufferPointer(start: storage.input, count: rawRange.upperBound)[rawRange]
                )
            )
        }
    }

    /// Number of members or elements; 0 for scalars.
    public var count: Int { isContainer ? Int(UInt32(truncatingIfNeeded: entry.value)) : 0 }

    /// The members of an object in the order of the text, duplicates included; nothing for other kinds.
    public var members: JSONMembers {
        JSONMembers(storage: storage, first: index + 1, count: entry.kind == csimdjson_object ? count : 0)
    }

    /// The elements of an array; nothing for other kinds.
    public var elements: JSONElements {
        JSONElements(storage: storage, first: index + 1, count: entry.kind == csimdjson_array ? count : 0)
    }

    /// The first member with this name, found by comparing one after the other.
    public subscript(name: String) -> JSONValue? {
        if let id = storage.keys.id(of: name) { return self[key: id] }
        return members.first { $0.key.id == nil && $0.key.name == name }?.value
    }

    /// The first member whose name has this number in the document's `JSONKeys`.
    public subscript(key id: Int) -> JSONValue? {
        guard entry.kind == csimdjson_object else { return nil }
        var child = index + 1
        for _ in 0..<count {
            if Int(storage.entries[child].key) == id { return JSONValue(storage: storage, index: child) }
            child = storage.entries[child].indexAfter(child)
        }
        return nil
    }

    private var isContainer: Bool { entry.kind <= csimdjson_array }
}

extension csimdjson_entry {
    /// Index of the entry after this one, which is at `index`, and after everything inside it.
    @inline(__always)
    func indexAfter(_ index: Int) -> Int { kind <= csimdjson_array ? Int(value >> 32) : index + 1 }
}
