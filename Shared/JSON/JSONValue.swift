/// One value of a `JSONDocument`, which it keeps alive: a `JSONCursor` that may go anywhere.
///
/// The typed properties are `nil` when the value is of another kind or out of range; nothing is converted between
/// strings and numbers.
///
/// `@unchecked Sendable`: the cursor points into memory that `storage` keeps alive and nobody writes.
public struct JSONValue: @unchecked Sendable {
    /// The kinds of values.
    public typealias Kind = JSONKind

    let storage: JSONStorage
    let cursor: JSONCursor

    private func read<Result>(_ property: (JSONCursor) -> Result) -> Result {
        withExtendedLifetime(storage) { property(cursor) }
    }

    /// What the value is.
    public var kind: Kind { read(\.kind) }

    /// Whether the value is `null`.
    public var isNull: Bool { read(\.isNull) }

    /// A number of kind `integer`, or one that is whole and below 2^53 however it is written (`1.0`, `1e3`).
    public var int64: Int64? { read(\.int64) }

    /// The nearest double of a number; `nil` for numbers beyond every double, such as `1e999`.
    public var double: Double? { read(\.double) }

    /// `true` or `false`.
    public var bool: Bool? { read(\.bool) }

    /// The text of a string.
    public var string: String? { read(\.string) }

    /// Calls `body` with the text of a string, without a copy; `nil` for other kinds.
    ///
    /// The buffer must not be used after the call.
    public func withUTF8<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        try withExtendedLifetime(storage) { () throws(Failure) in
            guard let text = cursor.utf8 else { return nil }
            return try body(text)
        }
    }

    /// A number as it is written, digit for digit; `nil` for other kinds.
    public var numberText: String? {
        switch kind {
        case .integer, .number: String(decoding: rawBytes, as: UTF8.self)
        default: nil
        }
    }

    /// Where the value stands in the text, quotes and brackets included.
    public var rawRange: Range<Int> { read(\.rawRange) }

    /// The bytes of the value as they were received.
    public var rawBytes: [UInt8] { read { Array($0.rawBytes) } }

    /// Number of members or elements; 0 for scalars.
    public var count: Int { read(\.count) }

    /// The members of an object in the order of the text, duplicates included; nothing for other kinds.
    public var members: JSONMembers { JSONMembers(storage: storage, cursors: read(\.members)) }

    /// The elements of an array; nothing for other kinds.
    public var elements: JSONElements { JSONElements(storage: storage, cursors: read(\.elements)) }

    /// The first member with this name, found by comparing one after the other.
    public subscript(name: String) -> JSONValue? {
        if let id = storage.keys.id(of: name) { return self[key: id] }
        return read { $0.unnumberedMember(name) }.map { JSONValue(storage: storage, cursor: $0) }
    }

    /// The first member whose name has this number in the document's `JSONKeys`.
    public subscript(key id: Int) -> JSONValue? {
        read { $0[key: id] }.map { JSONValue(storage: storage, cursor: $0) }
    }
}
