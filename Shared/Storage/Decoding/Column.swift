import JSON
import Postgres

/// A column, and Riot's name of what it holds.
struct Column: Sendable {
    /// The types that columns have; an array column has elements of its type.
    enum Kind: Sendable {
        case int16, int32, int64, real, boolean, text
    }

    /// Riot's name; empty when the value has no name of its own.
    let field: String
    /// The column's name.
    let name: String
    let kind: Kind

    static func int16(_ field: String, _ name: String) -> Column {
        Column(field: field, name: name, kind: .int16)
    }
    static func int32(_ field: String, _ name: String) -> Column {
        Column(field: field, name: name, kind: .int32)
    }
    static func int64(_ field: String, _ name: String) -> Column {
        Column(field: field, name: name, kind: .int64)
    }
    static func real(_ field: String, _ name: String) -> Column {
        Column(field: field, name: name, kind: .real)
    }
    static func boolean(_ field: String, _ name: String) -> Column {
        Column(field: field, name: name, kind: .boolean)
    }
    static func text(_ field: String, _ name: String) -> Column {
        Column(field: field, name: name, kind: .text)
    }
}

/// A value that fits its column exactly.
enum Cell: Sendable {
    case null
    case integer(Int64)
    case real(Float)
    case boolean(Bool)
    case text(JSONValue)

    /// Takes `value` if a column of that kind can hold it without loss; otherwise nil, and it belongs into `extra`.
    init?(_ value: JSONValue, as kind: Column.Kind) {
        switch kind {
        case .int16: self.init(value.int64, in: Int64(Int16.min)...Int64(Int16.max))
        case .int32: self.init(value.int64, in: Int64(Int32.min)...Int64(Int32.max))
        case .int64: self.init(value.int64, in: Int64.min...Int64.max)
        case .real:
            guard let double = value.double, Double(Float(double)) == double,
                value.kind == .integer ? Int64(exactly: double) == value.int64 : value.numberText == "\(double)"
            else { return nil }
            self = .real(Float(double))
        case .boolean:
            guard let bool = value.bool else { return nil }
            self = .boolean(bool)
        case .text:
            guard value.kind == .string else { return nil }
            self = .text(value)
        }
    }

    private init?(_ integer: Int64?, in range: ClosedRange<Int64>) {
        guard let integer, range.contains(integer) else { return nil }
        self = .integer(integer)
    }

    var isNull: Bool { if case .null = self { true } else { false } }
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
    /// The text as PostgreSQL can hold it.
    var text: String? { if case .text(let value) = self { value.storableText } else { nil } }

    /// The value as a parameter of a statement.
    var parameter: PostgresParameter {
        switch self {
        case .null: .null
        case .integer(let value): .int(value)
        case .real(let value): .double(Double(value))
        case .boolean(let value): .bool(value)
        case .text(let value): PostgresParameter(value.storableText)
        }
    }
}

/// The cells of one row, filled in the order in which the body has them.
struct CellRow: Sendable {
    private let columns: [Column]
    private(set) var cells: [Cell]

    init(_ columns: [Column]) {
        self.columns = columns
        cells = [Cell](repeating: .null, count: columns.count)
    }

    subscript(place: Int) -> Cell { cells[place] }

    /// Puts `value` into its place; false when it does not fit or the place is taken by an earlier member of that name.
    mutating func set(_ place: Int, _ value: JSONValue) -> Bool {
        guard cells[place].isNull, let cell = Cell(value, as: columns[place].kind) else { return false }
        cells[place] = cell
        return true
    }

    mutating func set(_ place: Int, _ cell: Cell) { cells[place] = cell }

    /// Writes all cells to the row that `writer` is in.
    func append(to writer: inout BinaryCopyWriter) {
        for (column, cell) in zip(columns, cells) {
            switch (cell, column.kind) {
            case (.integer(let value), .int16): writer.append(int16: Int16(truncatingIfNeeded: value))
            case (.integer(let value), .int32): writer.append(int32: Int32(truncatingIfNeeded: value))
            case (.integer(let value), _): writer.append(int64: value)
            case (.real(let value), _): writer.append(float: value)
            case (.boolean(let value), _): writer.append(bool: value)
            case (.text(let value), _): value.withStorableUTF8 { writer.append(utf8: $0) }
            case (.null, _): writer.appendNull()
            }
        }
    }
}

extension JSONValue {
    /// Calls `body` with the text of a string as PostgreSQL can hold it: NUL characters become U+FFFD.
    func withStorableUTF8(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUTF8 { text in
            guard text.contains(0) else { return body(text) }
            let clean = text.split(separator: 0, omittingEmptySubsequences: false).joined(separator: [
                0xEF, 0xBF, 0xBD,
            ])
            Array(clean).withUnsafeBufferPointer(body)
        }
    }

    /// The text of a string as PostgreSQL can hold it; nil for other kinds.
    var storableText: String? {
        guard kind == .string else { return nil }
        var text = ""
        withStorableUTF8 { text = String(decoding: $0, as: UTF8.self) }
        return text
    }
}
