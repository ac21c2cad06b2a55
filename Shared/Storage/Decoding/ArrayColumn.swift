import JSON
import Postgres

/// An array column that grows element by element, in the form in which COPY sends it: each element with its length
/// before it.
struct ArrayColumn: Sendable {
    private let kind: Column.Kind
    // Longer than what is written, so that an element is one or two unaligned stores and no append.
    private var elements: [UInt8] = []
    private var end = 0
    private var hasNull = false
    private(set) var count = 0

    init(_ kind: Column.Kind) { self.kind = kind }

    /// Fills up with NULL until there are `length` elements.
    mutating func pad(to length: Int) {
        guard count < length else { return }
        hasNull = true
        reserve(4 * (length - count))
        while count < length { store(Int32(-1)) }
    }

    /// A number for a column of integers; the caller has checked that it fits.
    mutating func append(_ value: Int64) {
        reserve(12)
        switch kind {
        case .int16: store(2 << 16 | Int64(UInt16(truncatingIfNeeded: value)), bytes: 6)
        case .int32: store(4 << 32 | Int64(UInt32(truncatingIfNeeded: value)))
        default:
            store(Int32(8), isWhole: false)
            store(value)
        }
    }

    /// Puts `value` at `index`, after NULLs for what is missing before it; false when it does not fit or there is one
    /// already.
    mutating func set(_ value: JSONCursor, at index: Int) -> Bool {
        guard count <= index else { return false }
        switch kind {
        case .int16, .int32, .int64:
            guard let integer = value.int64, fits(integer) else { return false }
            pad(to: index)
            append(integer)
        case .real:
            guard let real = value.real else { return false }
            pad(to: index)
            reserve(8)
            store(4 << 32 | Int64(real.bitPattern))
        case .boolean:
            guard let bool = value.bool else { return false }
            pad(to: index)
            reserve(8)
            store(1 << 8 | (bool ? 1 : 0), bytes: 5)
        case .text:
            guard value.kind == .string else { return false }
            pad(to: index)
            value.withStorableUTF8 { append(text: $0) }
        }
        return true
    }

    /// Writes the array, filled up to `count` elements, to the row that `writer` is in.
    func append(to writer: inout BinaryCopyWriter, count: Int) {
        if self.count < count {
            var padded = self
            padded.pad(to: count)
            return padded.append(to: &writer)
        }
        append(to: &writer)
    }

    /// Writes the array to the row that `writer` is in.
    func append(to writer: inout BinaryCopyWriter) {
        elements.withUnsafeBytes {
            writer.append(
                arrayOf: typeOID,
                count: count,
                hasNull: hasNull,
                encodedElements: UnsafeRawBufferPointer(rebasing: $0[..<end])
            )
        }
    }

    private func fits(_ integer: Int64) -> Bool {
        switch kind {
        case .int16: Int16(exactly: integer) != nil
        case .int32: Int32(exactly: integer) != nil
        default: true
        }
    }

    /// From `pg_type.dat`.
    private var typeOID: UInt32 {
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
        elements.withUnsafeMutableBytes { $0[end...].copyBytes(from: text) }
        end += text.count
    }

    /// Room for `bytes`, and for what a store writes beyond them.
    private mutating func reserve(_ bytes: Int) {
        if elements.count - end < bytes + 8 { grow(bytes + 8) }
    }

    @inline(never)
    private mutating func grow(_ bytes: Int) { elements += repeatElement(0, count: max(elements.count, bytes, 120)) }

    /// Stores one number in network order; room was reserved before.
    private mutating func store<Number: FixedWidthInteger>(_ value: Number, isWhole: Bool = true) {
        elements.withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: end, as: Number.self) }
        end += MemoryLayout<Number>.size
        if isWhole { count += 1 }
    }

    /// Stores the lower `bytes` of `value` in network order: the length of an element and the element at once.
    private mutating func store(_ value: Int64, bytes: Int) {
        elements.withUnsafeMutableBytes {
            $0.storeBytes(of: (value << (64 - 8 * Int64(bytes))).bigEndian, toByteOffset: end, as: Int64.self)
        }
        end += bytes
        count += 1
    }
}

/// Columns of one row of arrays, filled element by element: NULL where the whole column has no value.
struct ArrayRow: Sendable {
    private var arrays: [ArrayColumn]

    init(_ columns: [Column]) { arrays = columns.map { ArrayColumn($0.kind) } }

    /// Puts `value` at `index` of a column; false when it does not fit or there is one already.
    mutating func set(_ place: Int, at index: Int, _ value: JSONCursor) -> Bool {
        arrays[place].set(value, at: index)
    }

    /// Writes all columns, each with `count` elements.
    func append(to writer: inout BinaryCopyWriter, count: Int) {
        for array in arrays {
            if array.count == 0 { writer.appendNull() } else { array.append(to: &writer, count: count) }
        }
    }
}
