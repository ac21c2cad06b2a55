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

extension Column.Kind {
    /// Integers that a column of this kind holds; nil for other kinds.
    var integers: ClosedRange<Int64>? {
        switch self {
        case .int16: Int64(Int16.min)...Int64(Int16.max)
        case .int32: Int64(Int32.min)...Int64(Int32.max)
        case .int64: Int64.min...Int64.max
        case .real, .boolean, .text: nil
        }
    }
}

/// A value that fits its column exactly.
enum Cell: Sendable {
    case null
    case integer(Int64)
    case real(Float)
    case boolean(Bool)
    /// As PostgreSQL can hold it.
    case text(String)

    /// Takes `value` if a column of that kind can hold it without loss; otherwise nil, and it belongs into `extra`.
    init?(_ value: JSONCursor, as kind: Column.Kind) {
        switch kind {
        case .int16, .int32, .int64:
            guard let integer = value.int64, kind.integers?.contains(integer) == true else { return nil }
            self = .integer(integer)
        case .real:
            guard let real = value.real else { return nil }
            self = .real(real)
        case .boolean:
            guard let bool = value.bool else { return nil }
            self = .boolean(bool)
        case .text:
            guard let text = value.storableText else { return nil }
            self = .text(text)
        }
    }

    var isNull: Bool { if case .null = self { true } else { false } }
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
    var text: String? { if case .text(let value) = self { value } else { nil } }

    /// The value as a parameter of a statement.
    var parameter: PostgresParameter {
        switch self {
        case .null: .null
        case .integer(let value): .int(value)
        case .real(let value): .double(Double(value))
        case .boolean(let value): .bool(value)
        case .text(let value): .text(value)
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
    mutating func set(_ place: Int, _ value: JSONCursor) -> Bool {
        guard cells[place].isNull, let cell = Cell(value, as: columns[place].kind) else { return false }
        cells[place] = cell
        return true
    }

    mutating func set(_ place: Int, _ cell: Cell) { cells[place] = cell }

    /// Writes all cells to the row that `writer` is in.
    func append(to writer: inout BinaryCopyWriter) {
        for (place, cell) in cells.enumerated() {
            switch cell {
            case .null: writer.appendNull()
            case .integer(let value):
                switch columns[place].kind {
                case .int16: writer.append(int16: Int16(truncatingIfNeeded: value))
                case .int32: writer.append(int32: Int32(truncatingIfNeeded: value))
                default: writer.append(int64: value)
                }
            case .real(let value): writer.append(float: value)
            case .boolean(let value): writer.append(bool: value)
            case .text(let value): writer.append(text: value)
            }
        }
    }
}

extension JSONCursor {
    /// A number that `real` holds without loss.
    var real: Float? {
        guard let double, Double(Float(double)) == double,
            kind == .integer
                ? Int64(exactly: double) == int64 : rawBytes.elementsEqual("\(double)".utf8)
        else { return nil }
        return Float(double)
    }

    /// Calls `body` with the text of a string as PostgreSQL can hold it: NUL characters become U+FFFD.
    func withStorableUTF8(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        guard let text = utf8 else { return }
        guard text.contains(0) else { return body(text) }
        let clean = text.split(separator: 0, omittingEmptySubsequences: false).joined(separator: [0xEF, 0xBF, 0xBD])
        Array(clean).withUnsafeBufferPointer(body)
    }

    /// The text of a string as PostgreSQL can hold it; nil for other kinds.
    var storableText: String? {
        guard kind == .string else { return nil }
        var text = ""
        withStorableUTF8 { text = String(decoding: $0, as: UTF8.self) }
        return text
    }
}
