import JSON
import Postgres

/// An array column that grows element by element, in PostgreSQL's binary form.
///
/// The form is that of `array_recv` in PostgreSQL 15: dimensions, null flag, element type, length, lower bound, then
/// each element with its length before it.
struct ArrayColumn: Sendable {
    private static let headerBytes = 20

    private let kind: Column.Kind
    // Longer than what is written, so that an element is one or two unaligned stores and no append.
    private var buffer: [UInt8]
    private var end = headerBytes
    private var hasNull = false
    private(set) var count = 0

    init(_ kind: Column.Kind, capacity: Int = 16) {
        self.kind = kind
        buffer = [UInt8](repeating: 0, count: Self.headerBytes + capacity * 8)
    }

    mutating func appendNull() {
        reserve(4)
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
        reserve(12)
        switch kind {
        case .int16:
            store(Int32(2))
            store(Int16(truncatingIfNeeded: value))
        case .int32:
            store(4 << 32 | Int64(UInt32(truncatingIfNeeded: value)))
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
            reserve(8)
            store(4 << 32 | Int64(value.bitPattern))
            count += 1
        case .boolean(let value):
            reserve(5)
            store(Int32(1))
            buffer[end] = value ? 1 : 0
            end += 1
            count += 1
        case .text(let value):
            value.withStorableUTF8 { append(text: $0) }
        }
    }

    /// Empties the column and keeps its memory.
    mutating func removeAll() {
        end = Self.headerBytes
        hasNull = false
        count = 0
    }

    /// Writes the array to the row that `writer` is in.
    func append(to writer: inout BinaryCopyWriter) {
        var field = self
        field.end = 0
        for number in [count == 0 ? 0 : 1, hasNull ? 1 : 0, typeOID, Int32(count), 1] {
            field.store(number)
        }
        writer.append(bytes: field.buffer[..<(count == 0 ? 12 : end)])
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

    private mutating func append(text: UnsafeBufferPointer<UInt8>) {
        reserve(4 + text.count)
        store(Int32(text.count))
        buffer.withUnsafeMutableBytes { $0[end...].copyBytes(from: text) }
        end += text.count
        count += 1
    }

    private mutating func reserve(_ bytes: Int) {
        if buffer.count - end < bytes { buffer += repeatElement(0, count: max(buffer.count, bytes)) }
    }

    /// Stores one number in network order; room was reserved before.
    private mutating func store<Number: FixedWidthInteger>(_ value: Number) {
        buffer.withUnsafeMutableBytes {
            $0.storeBytes(of: value.bigEndian, toByteOffset: end, as: Number.self)
        }
        end += MemoryLayout<Number>.size
    }
}

/// Columns of one row of arrays, filled element by element: NULL where the whole column has no value.
struct ArrayRow: Sendable {
    private let kinds: [Column.Kind]
    private var arrays: [ArrayColumn?]

    init(_ columns: [Column]) {
        kinds = columns.map(\.kind)
        arrays = [ArrayColumn?](repeating: nil, count: columns.count)
    }

    /// Puts `value` at `index` of a column; false when it does not fit or there is one already.
    mutating func set(_ place: Int, at index: Int, _ value: JSONValue) -> Bool {
        guard let cell = Cell(value, as: kinds[place]) else { return false }
        if arrays[place] == nil { arrays[place] = ArrayColumn(kinds[place]) }
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
