import JSON
import Postgres

/// An array column that grows element by element, in PostgreSQL's binary form.
///
/// The form is that of `array_recv` in PostgreSQL 15: dimensions, null flag, element type, length, lower bound, then
/// each element with its length before it.
struct ArrayColumn: Sendable {
    private static let headerBytes = 20

    private let kind: Column.Kind
    private var bytes: [UInt8]
    private var hasNull = false
    private(set) var count = 0

    init(_ kind: Column.Kind, capacity: Int = 0) {
        self.kind = kind
        bytes = []
        bytes.reserveCapacity(Self.headerBytes + capacity * 8)
        bytes.append(contentsOf: repeatElement(0, count: Self.headerBytes))
    }

    mutating func appendNull() {
        store(Int32(-1))
        hasNull = true
        count += 1
    }

    /// Fills up with NULL until there are `length` elements.
    mutating func pad(to length: Int) {
        while count < length { appendNull() }
    }

    /// A number for a column of integers; the caller has checked that it fits.
    mutating func append(_ value: Int64) {
        switch kind {
        case .int16:
            store(Int32(2))
            store(Int16(truncatingIfNeeded: value))
        case .int32:
            store(Int32(4))
            store(Int32(truncatingIfNeeded: value))
        default:
            store(Int32(8))
            store(value)
        }
        count += 1
    }

    mutating func append(_ cell: Cell) {
        switch cell {
        case .null: appendNull()
        case .integer(let value): append(value)
        case .real(let value):
            store(Int32(4))
            store(Int32(bitPattern: value.bitPattern))
            count += 1
        case .boolean(let value):
            store(Int32(1))
            bytes.append(value ? 1 : 0)
            count += 1
        case .text(let value):
            value.withStorableUTF8 { text in
                store(Int32(text.count))
                bytes.append(contentsOf: text)
            }
            count += 1
        }
    }

    /// Empties the column and keeps its memory.
    mutating func removeAll() {
        bytes.removeLast(bytes.count - Self.headerBytes)
        hasNull = false
        count = 0
    }

    /// Writes the array to the row that `writer` is in.
    func append(to writer: inout BinaryCopyWriter) {
        var field = bytes
        let header: [Int32] = [count == 0 ? 0 : 1, hasNull ? 1 : 0, typeOID, Int32(count), 1]
        for (place, number) in header.enumerated() {
            for byte in 0..<4 { field[4 * place + byte] = UInt8(truncatingIfNeeded: number >> (24 - 8 * Int32(byte))) }
        }
        if count == 0 { field.removeLast(8) }
        writer.append(bytes: field)
    }

    /// From `pg_type.dat`.
    private var typeOID: Int32 {
        switch kind {
        case .int16: 21
        case .int32: 23
        case .int64: 20
        case .real: 700
        case .boolean: 16
        case .text: 25
        }
    }

    private mutating func store(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Columns of one row of arrays, filled element by element: NULL where the whole column has no value.
struct ArrayRow: Sendable {
    private let columns: [Column]
    private var arrays: [ArrayColumn?]

    init(_ columns: [Column]) {
        self.columns = columns
        arrays = [ArrayColumn?](repeating: nil, count: columns.count)
    }

    /// Puts `value` at `index` of a column; false when it does not fit or there is one already.
    mutating func set(_ place: Int, at index: Int, _ value: JSONValue) -> Bool {
        guard let cell = Cell(value, as: columns[place].kind) else { return false }
        if arrays[place] == nil { arrays[place] = ArrayColumn(columns[place].kind) }
        guard arrays[place]?.count ?? 0 <= index else { return false }
        arrays[place]?.pad(to: index)
        arrays[place]?.append(cell)
        return true
    }

    /// Writes all columns, each with `count` elements.
    func append(to writer: inout BinaryCopyWriter, count: Int) {
        for array in arrays { writer.append(array, count: count) }
    }
}

extension BinaryCopyWriter {
    /// An array that is filled up with NULL to `count` elements; NULL when there is none.
    mutating func append(_ array: ArrayColumn?, count: Int) {
        guard var array else { return appendNull() }
        array.pad(to: count)
        array.append(to: &self)
    }
}
