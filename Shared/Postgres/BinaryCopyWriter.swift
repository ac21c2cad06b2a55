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
        advance(2) { $0.store(Int16(columns), at: 0) }
    }

    /// Ends the copy and returns its bytes; the writer is empty afterwards and may begin another one.
    public mutating func finish() -> [UInt8] {
        precondition(columnsLeft == 0, "row \(rowCount) of a COPY lacks \(columnsLeft) values")
        advance(2) { $0.store(Int16(-1), at: 0) }
        var result: [UInt8] = []
        swap(&result, &buffer)
        result.removeLast(result.count - count)
        self = BinaryCopyWriter(capacity: 1_024)
        return result
    }

    // MARK: Scalars

    /// NULL of any type.
    public mutating func appendNull() {
        value(4) { $0.store(Int32(-1), at: 0) }
    }

    /// A `smallint`.
    public mutating func append(int16 value: Int16?) {
        guard let value else { return appendNull() }
        self.value(6) { field in
            field.store(Int32(2), at: 0)
            field.store(value, at: 4)
        }
    }

    /// An `integer`.
    public mutating func append(int32 value: Int32?) {
        guard let value else { return appendNull() }
        self.value(8) { $0.store(4 << 32 | Int64(UInt32(bitPattern: value)), at: 0) }
    }

    /// A `bigint`.
    public mutating func append(int64 value: Int64?) {
        guard let value else { return appendNull() }
        self.value(12) { field in
            field.store(Int32(8), at: 0)
            field.store(value, at: 4)
        }
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
        self.value(5) { field in
            field.store(Int32(1), at: 0)
            field.store(value ? 1 : 0 as UInt8, at: 4)
        }
    }

    /// A `timestamptz`, from milliseconds since 1970.
    ///
    /// What PostgreSQL cannot hold (before 4714 BC, after 294276) becomes `-infinity` or `infinity`.
    public mutating func append(timestampMilliseconds value: Int64?) {
        guard let value else { return appendNull() }
        let epoch: Int64 = 946_684_800_000  // 2000-01-01, from where PostgreSQL counts microseconds
        if TimestampText.range.contains(value) { return append(int64: (value - epoch) * 1_000) }
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
        let size = value.count + (prefix == nil ? 0 : 1)
        self.value(4 + size) { field in
            field.store(Int32(size), at: 0)
            if let prefix { field.store(prefix, at: 4) }
            if let base = value.baseAddress {
                (field + 4 + size - value.count).copyMemory(from: base, byteCount: value.count)
            }
        }
    }

    // MARK: Stores

    /// Writes one value of the row: `bytes` of them, its length included.
    @inline(__always)
    mutating func value(_ bytes: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
        precondition(columnsLeft > 0, "row \(rowCount) of a COPY has too many values")
        columnsLeft -= 1
        advance(bytes, write)
    }

    /// Lets `write` fill the next `bytes`.
    @inline(__always)
    mutating func advance(_ bytes: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
        if buffer.count - count < bytes { grow(bytes) }
        let offset = count
        buffer.withUnsafeMutableBytes { memory in
            if let base = memory.baseAddress { write(base + offset) }
        }
        count += bytes
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
}

extension UnsafeMutableRawPointer {
    /// Stores a number in network order, wherever it comes to lie.
    @inline(__always)
    func store<Number: FixedWidthInteger & BitwiseCopyable>(_ value: Number, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: Number.self)
    }
}
