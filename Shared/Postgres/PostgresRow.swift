/// One row of a result, whose values are read by the names of their columns.
///
/// Every accessor throws `.unexpectedResult` when there is no such column or its text is not of the type asked for;
/// those that return no optional also for NULL. The messages name the column and never its value.
public struct PostgresRow: Sendable {
    let storage: RowStorage
    let row: Int

    /// An integer.
    public func int(_ column: String) throws(PostgresError) -> Int { try present(optionalInt(column), column) }
    /// A 64-bit integer.
    public func int64(_ column: String) throws(PostgresError) -> Int64 { try present(optionalInt64(column), column) }
    /// A floating-point number; `numeric` is rounded to one.
    public func double(_ column: String) throws(PostgresError) -> Double { try present(optionalDouble(column), column) }
    /// A boolean.
    public func bool(_ column: String) throws(PostgresError) -> Bool { try present(optionalBool(column), column) }
    /// The text form of any value.
    public func string(_ column: String) throws(PostgresError) -> String { try present(optionalString(column), column) }
    /// The bytes of a `bytea`, or of the text form of anything else.
    public func bytes(_ column: String) throws(PostgresError) -> [UInt8] { try present(optionalBytes(column), column) }
    /// Milliseconds since 1970 of a time, microseconds rounded down.
    public func timestampMilliseconds(_ column: String) throws(PostgresError) -> Int64 {
        try present(optionalTimestampMilliseconds(column), column)
    }
    /// A one-dimensional array of anything, elements in their text form.
    public func array(_ column: String) throws(PostgresError) -> [String?] {
        try present(optionalArray(column), column)
    }

    /// An integer, nil for NULL.
    public func optionalInt(_ column: String) throws(PostgresError) -> Int? {
        try optionalInt64(column).map { Int($0) }
    }

    /// A 64-bit integer, nil for NULL.
    public func optionalInt64(_ column: String) throws(PostgresError) -> Int64? {
        guard let text = try value(column) else { return nil }
        return try parsed(Self.integer(text), as: "an integer", column)
    }

    /// A floating-point number, nil for NULL.
    public func optionalDouble(_ column: String) throws(PostgresError) -> Double? {
        guard let text = try value(column) else { return nil }
        return try parsed(Double(String(decoding: text, as: UTF8.self)), as: "a number", column)
    }

    /// A boolean, nil for NULL.
    public func optionalBool(_ column: String) throws(PostgresError) -> Bool? {
        guard let text = try value(column) else { return nil }
        let isTrue: Bool? =
            text.count != 1
            ? nil : text.first == UInt8(ascii: "t") ? true : text.first == UInt8(ascii: "f") ? false : nil
        return try parsed(isTrue, as: "a boolean", column)
    }

    /// The text form of any value, nil for NULL.
    public func optionalString(_ column: String) throws(PostgresError) -> String? {
        guard let text = try value(column) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a `bytea`, or of the text form of anything else, nil for NULL.
    public func optionalBytes(_ column: String) throws(PostgresError) -> [UInt8]? {
        guard let bytes = try value(column) else { return nil }
        return Array(bytes)
    }

    /// Milliseconds since 1970 of a time, nil for NULL.
    public func optionalTimestampMilliseconds(_ column: String) throws(PostgresError) -> Int64? {
        guard let text = try value(column) else { return nil }
        return try parsed(TimestampText.milliseconds(text), as: "a finite time", column)
    }

    /// A one-dimensional array, nil for NULL.
    public func optionalArray(_ column: String) throws(PostgresError) -> [String?]? {
        guard let text = try value(column) else { return nil }
        return try parsed(ArrayText.elements(text), as: "a one-dimensional array", column)
    }

    private func value(_ column: String) throws(PostgresError) -> ArraySlice<UInt8>? {
        guard let position = storage.columns.position(of: column) else {
            let names = storage.columns.names.joined(separator: ", ")
            throw PostgresError(.unexpectedResult, "the result has no column \(column); it has \(names)")
        }
        return storage.value(row: row, column: position)
    }

    private func present<Value>(_ value: Value?, _ column: String) throws(PostgresError) -> Value {
        guard let value else { throw PostgresError(.unexpectedResult, "column \(column) is NULL") }
        return value
    }

    private func parsed<Value>(
        _ value: Value?,
        as kind: String,
        _ column: String
    ) throws(PostgresError) -> Value {
        guard let value else { throw PostgresError(.unexpectedResult, "column \(column) does not hold \(kind)") }
        return value
    }

    /// Decimal digits with a sign, nil for anything else and on overflow.
    private static func integer(_ text: ArraySlice<UInt8>) -> Int64? {
        var digits = text
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        if digits.isEmpty { return nil }
        var value: Int64 = 0  // kept negative: Int64.min has no positive counterpart
        for byte in digits {
            guard (48...57).contains(byte) else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.subtractingReportingOverflow(Int64(byte - 48))
            if overflow || carry { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }
}

/// The text form of one-dimensional arrays: `{a,"b c",NULL}` (PostgreSQL 15, 8.15.6).
enum ArrayText {
    static func elements(_ text: ArraySlice<UInt8>) -> [String?]? {
        var rest = text
        guard rest.popFirst() == UInt8(ascii: "{"), rest.popLast() == UInt8(ascii: "}") else { return nil }
        var elements: [String?] = []
        while !rest.isEmpty {
            guard let element = element(&rest) else { return nil }
            elements.append(element.isNull ? nil : String(decoding: element.bytes, as: UTF8.self))
            guard let separator = rest.popFirst() else { break }
            if separator != UInt8(ascii: ",") || rest.isEmpty { return nil }
        }
        return elements
    }

    private static func element(_ rest: inout ArraySlice<UInt8>) -> (bytes: [UInt8], isNull: Bool)? {
        var bytes: [UInt8] = []
        guard rest.first == UInt8(ascii: "\"") else {
            while let byte = rest.first, byte != UInt8(ascii: ",") {
                if byte == UInt8(ascii: "{") { return nil }
                bytes.append(byte)
                rest.removeFirst()
            }
            return (bytes, bytes.elementsEqual("NULL".utf8))
        }
        rest.removeFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return (bytes, false) }
            if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
                bytes.append(escaped)
            } else {
                bytes.append(byte)
            }
        }
        return nil
    }
}
