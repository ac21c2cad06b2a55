/// Builds the data of `COPY … FROM STDIN (FORMAT binary)` in memory.
///
/// The format is that of PostgreSQL 15, chapter "COPY", section "Binary Format". Binary input is not converted by the
/// server: `append(int32:)` belongs to an `integer` column, `append(int16:)` to a `smallint`, and so on.
public struct BinaryCopyWriter: Sendable {
    /// `PGCOPY\n\377\r\n\0`, flags, length of the header's extension.
    private static let header: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0] + [UInt8](repeating: 0, count: 8)

    // `buffer` is longer than what is written, so that a value is one unaligned store and no append.
    private var buffer: [UInt8]
    private var count: Int
    private var columnsLeft = 0

    /// Rows begun so far.
    public private(set) var rowCount = 0

    /// Begins an empty copy.
    ///
    /// - Parameter capacity: bytes to reserve; a good guess saves copies, a bad one costs nothing else.
    public init(capacity: Int = 64 * 1024) {
        buffer = [UInt8](repeating: 0, count: max(capacity, 1_024))
        count = Self.header.count
        buffer.replaceSubrange(0..<count, with: Self.header)
    }

    /// Bytes written so far.
    public var byteCount: Int { count }

    /// Begins a row, which must then get exactly that many values.
    public mutating func beginRow(columns: Int) {
        precondition(columnsLeft == 0, "row \(rowCount) of a COPY lacks \(columnsLeft) values")
        precondition(columns > 0 && columns <= Int(Int16.max), "a row of \(columns) columns")
        columnsLeft = columns
        rowCount += 1
        reserve(2)
        store(Int16(columns))
    }

    /// Ends the copy and returns its bytes; the writer is empty afterwards and may begin another one.
    public mutating func finish() -> [UInt8] {
        precondition(columnsLeft == 0, "row \(rowCount) of a COPY lacks \(columnsLeft) values")
        reserve(2)
        store(Int16(-1))
        var result: [UInt8] = []
        swap(&result, &buffer)
        result.removeLast(result.count - count)
        self = BinaryCopyWriter(capacity: 1_024)
        return result
    }

    // MARK: Scalars

    /// NULL of any type.
    public mutating func appendNull() {
        beginValue(0)
        store(Int32(-1))
    }

    /// A `smallint`.
    public mutating func append(int16 value: Int16?) {
        guard let value else { return appendNull() }
        beginValue(2)
        store(Int32(2))
        store(value)
    }

    /// An `integer`.
    public mutating func append(int32 value: Int32?) {
        guard let value else { return appendNull() }
        beginValue(4)
        store(4 << 32 | Int64(UInt32(bitPattern: value)))
    }

    /// A `bigint`.
    public mutating func append(int64 value: Int64?) {
        guard let value else { return appendNull() }
        beginValue(8)
        store(Int32(8))
        store(value)
    }

    /// A `real`.
    public mutating func append(float value: Float?) {
        append(int32: value.map { Int32(bitPattern: $0.bitPattern) })
    }

    /// A `double precision`.
    public mutating func append(double value: Double?) {
        append(int64: value.map { Int64(bitPattern: $0.bitPattern) })
    }

    /// A `boolean`.
    public mutating func append(bool value: Bool?) {
        guard let value else { return appendNull() }
        beginValue(1)
        store(Int32(1))
        buffer[count] = value ? 1 : 0
        count += 1
    }

    /// A `timestamptz`, from milliseconds since 1970.
    ///
    /// What PostgreSQL cannot hold (before 4714 BC, after 294276) becomes `-infinity` or `infinity`.
    public mutating func append(timestampMilliseconds value: Int64?) {
        guard let value else { return appendNull() }
        let epoch: Int64 = 946_684_800_000  // 2000-01-01, from where PostgreSQL counts microseconds
        let range: ClosedRange<Int64> = -210_866_803_200_000...9_224_318_015_999_999
        if range.contains(value) { return append(int64: (value - epoch) * 1_000) }
        append(int64: value < 0 ? .min : .max)
    }

    // MARK: Bytes

    /// A `text`, `varchar` or enum value, without NUL characters.
    public mutating func append(text value: String?) {
        guard var value else { return appendNull() }
        value.withUTF8 { append(field: UnsafeRawBufferPointer($0), prefix: nil) }
    }

    /// A `text` that is at hand as UTF-8.
    public mutating func append(utf8 value: some Collection<UInt8>) { append(contiguous: value, prefix: nil) }

    /// A `bytea`.
    public mutating func append(bytes value: (some Collection<UInt8>)?) {
        guard let value else { return appendNull() }
        append(contiguous: value, prefix: nil)
    }

    /// A `jsonb`, from JSON text.
    public mutating func append(jsonb value: (some Collection<UInt8>)?) {
        guard let value else { return appendNull() }
        append(contiguous: value, prefix: 1)  // the version of jsonb's binary form
    }

    /// A `jsonb`, from JSON text.
    public mutating func append(jsonb value: String?) {
        guard var value else { return appendNull() }
        value.withUTF8 { append(field: UnsafeRawBufferPointer($0), prefix: 1) }
    }

    private mutating func append(contiguous value: some Collection<UInt8>, prefix: UInt8?) {
        let isDone: Void? = value.withContiguousStorageIfAvailable {
            append(field: UnsafeRawBufferPointer($0), prefix: prefix)
        }
        if isDone == nil { Array(value).withUnsafeBytes { append(field: $0, prefix: prefix) } }
    }

    private mutating func append(field value: UnsafeRawBufferPointer, prefix: UInt8?) {
        beginValue(value.count + 1)
        store(Int32(value.count + (prefix == nil ? 0 : 1)))
        if let prefix {
            buffer[count] = prefix
            count += 1
        }
        store(value)
    }

    // MARK: Arrays

    /// A `smallint[]`.
    public mutating func append(int16Array values: [Int16?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.int2, values, width: 2) { writer, value in writer.store(value) }
    }

    /// An `integer[]`.
    public mutating func append(int32Array values: [Int32?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.int4, values, width: 4) { writer, value in writer.store(value) }
    }

    /// A `bigint[]`.
    public mutating func append(int64Array values: [Int64?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.int8, values, width: 8) { writer, value in writer.store(value) }
    }

    /// A `real[]`.
    public mutating func append(floatArray values: [Float?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.float4, values, width: 4) { writer, value in
            writer.store(Int32(bitPattern: value.bitPattern))
        }
    }

    /// A `double precision[]`.
    public mutating func append(doubleArray values: [Double?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.float8, values, width: 8) { writer, value in
            writer.store(Int64(bitPattern: value.bitPattern))
        }
    }

    /// A `boolean[]`.
    public mutating func append(boolArray values: [Bool?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.bool, values, width: 1) { writer, value in
            writer.buffer[writer.count] = value ? 1 : 0
            writer.count += 1
        }
    }

    /// A `text[]` whose elements hold no NUL characters.
    public mutating func append(textArray values: [String?]?) {
        guard let values else { return appendNull() }
        let start = beginArray(of: TypeOID.text, count: values.count, hasNull: values.contains { $0 == nil })
        for value in values {
            guard var value else {
                reserve(4)
                store(Int32(-1))
                continue
            }
            value.withUTF8 { bytes in
                reserve(4 + bytes.count)
                store(Int32(bytes.count))
                store(UnsafeRawBufferPointer(bytes))
            }
        }
        endArray(from: start)
    }

    private mutating func appendArray<Value>(
        of type: UInt32,
        _ values: [Value?],
        width: Int,
        _ write: (inout BinaryCopyWriter, Value) -> Void
    ) {
        var hasNull = false
        for value in values where value == nil { hasNull = true }
        let start = beginArray(of: type, count: values.count, hasNull: hasNull)
        reserve(values.count * (4 + width))
        for value in values {
            guard let value else {
                store(Int32(-1))
                continue
            }
            store(Int32(width))
            write(&self, value)
        }
        endArray(from: start)
    }

    /// Dimensions, null flag, element type, then length and lower bound (`array_recv` in PostgreSQL's `arrayfuncs.c`).
    private mutating func beginArray(of type: UInt32, count elements: Int, hasNull: Bool) -> Int {
        beginValue(24)
        let start = count
        store(Int32(0))  // length of the value, set at the end
        store(Int32(elements == 0 ? 0 : 1))
        store(Int32(hasNull ? 1 : 0))
        store(Int32(bitPattern: type))
        if elements > 0 {
            store(Int32(elements))
            store(Int32(1))
        }
        return start
    }

    private mutating func endArray(from start: Int) {
        let end = count
        count = start
        store(Int32(end - start - 4))
        count = end
    }

    // MARK: Stores

    private mutating func beginValue(_ bytes: Int) {
        precondition(columnsLeft > 0, "row \(rowCount) of a COPY has too many values")
        columnsLeft -= 1
        reserve(4 + bytes)
    }

    private mutating func reserve(_ bytes: Int) {
        if buffer.count - count < bytes { grow(bytes) }
    }

    @inline(never)
    private mutating func grow(_ bytes: Int) {
        let size = max(buffer.count * 2, count + bytes)
        var larger: [UInt8] = []
        larger.reserveCapacity(size)
        larger += buffer
        larger += repeatElement(0, count: size - buffer.count)
        buffer = larger
    }

    /// Stores one number in network order; room was reserved before.
    private mutating func store<Number: FixedWidthInteger>(_ value: Number) {
        let offset = count
        buffer.withUnsafeMutableBytes { $0.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Number.self) }
        count += MemoryLayout<Number>.size
    }

    private mutating func store(_ value: UnsafeRawBufferPointer) {
        let offset = count
        buffer.withUnsafeMutableBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: bytes[offset...]).copyMemory(from: value)
        }
        count += value.count
    }
}
