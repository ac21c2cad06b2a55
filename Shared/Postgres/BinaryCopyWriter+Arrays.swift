extension BinaryCopyWriter {
    /// A `smallint[]`.
    public mutating func append(int16Array values: [Int16?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.int2, values, width: 2) { element, value in element.store(value, at: 4) }
    }

    /// An `integer[]`.
    public mutating func append(int32Array values: [Int32?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.int4, values, width: 4) { element, value in element.store(value, at: 4) }
    }

    /// A `bigint[]`.
    public mutating func append(int64Array values: [Int64?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.int8, values, width: 8) { element, value in element.store(value, at: 4) }
    }

    /// A `real[]`.
    public mutating func append(floatArray values: [Float?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.float4, values, width: 4) { element, value in element.store(value.bitPattern, at: 4) }
    }

    /// A `double precision[]`.
    public mutating func append(doubleArray values: [Double?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.float8, values, width: 8) { element, value in element.store(value.bitPattern, at: 4) }
    }

    /// A `boolean[]`.
    public mutating func append(boolArray values: [Bool?]?) {
        guard let values else { return appendNull() }
        appendArray(of: TypeOID.bool, values, width: 1) { element, value in
            element.store(value ? 1 : 0 as UInt8, at: 4)
        }
    }

    /// A `text[]` whose elements hold no NUL characters.
    public mutating func append(textArray values: [String?]?) {
        guard let values else { return appendNull() }
        var bytes = 0
        var hasNull = false
        for value in values {
            bytes += 4 + (value?.utf8.count ?? 0)
            if value == nil { hasNull = true }
        }
        array(of: TypeOID.text, count: values.count, hasNull: hasNull, bytes: bytes) { start in
            var element = start
            for value in values {
                guard var value else {
                    element.store(Int32(-1), at: 0)
                    element += 4
                    continue
                }
                value.withUTF8 { text in
                    element.store(Int32(text.count), at: 0)
                    if let base = text.baseAddress { (element + 4).copyMemory(from: base, byteCount: text.count) }
                    element += 4 + text.count
                }
            }
        }
    }

    /// An array whose elements are at hand in the form in which they are sent, each with its length (−1 for NULL) before
    /// it.
    ///
    /// - Parameter type: the elements' `oid`, from PostgreSQL's `pg_type.dat`.
    public mutating func append(
        arrayOf type: UInt32,
        count: Int,
        hasNull: Bool,
        encodedElements: UnsafeRawBufferPointer
    ) {
        array(of: type, count: count, hasNull: hasNull, bytes: encodedElements.count) { start in
            if let base = encodedElements.baseAddress, count > 0 {
                start.copyMemory(from: base, byteCount: encodedElements.count)
            }
        }
    }

    /// A `smallint[]` of numbers that are known to fit; those that equal `null` are NULL.
    public mutating func append(int16Array values: Span<Int32>, null: Int32) {
        appendArray(of: TypeOID.int2, values, null: null, width: 2) { element, value in
            element.store(Int16(truncatingIfNeeded: value), at: 4)
        }
    }

    /// An `integer[]`; those values that equal `null` are NULL.
    public mutating func append(int32Array values: Span<Int32>, null: Int32) {
        appendArray(of: TypeOID.int4, values, null: null, width: 4) { element, value in element.store(value, at: 4) }
    }

    @inline(__always)
    private mutating func appendArray(
        of type: UInt32,
        _ values: Span<Int32>,
        null: Int32,
        width: Int,
        _ write: (UnsafeMutableRawPointer, Int32) -> Void
    ) {
        var nulls = 0
        for index in values.indices where values[index] == null { nulls += 1 }
        let bytes = values.count * (4 + width) - nulls * width
        array(of: type, count: values.count, hasNull: nulls > 0, bytes: bytes) { start in
            var element = start
            for index in values.indices {
                let value = values[index]
                let isNull = nulls > 0 && value == null
                element.store(Int32(isNull ? -1 : width), at: 0)
                if !isNull { write(element, value) }
                element += isNull ? 4 : 4 + width
            }
        }
    }

    /// Elements of one width; `write` stores a value four bytes behind the place of its length.
    @inline(__always)
    private mutating func appendArray<Value>(
        of type: UInt32,
        _ values: [Value?],
        width: Int,
        _ write: (UnsafeMutableRawPointer, Value) -> Void
    ) {
        var nulls = 0
        for value in values where value == nil { nulls += 1 }
        let bytes = values.count * (4 + width) - nulls * width
        array(of: type, count: values.count, hasNull: nulls > 0, bytes: bytes) { start in
            var element = start
            for value in values {
                guard let value else {
                    element.store(Int32(-1), at: 0)
                    element += 4
                    continue
                }
                element.store(Int32(width), at: 0)
                write(element, value)
                element += 4 + width
            }
        }
    }

    /// Dimensions, null flag, element type, length and lower bound (`array_recv` in PostgreSQL's `arrayfuncs.c`), then
    /// what `write` puts into the `bytes` of the elements.
    @inline(__always)
    private mutating func array(
        of type: UInt32,
        count: Int,
        hasNull: Bool,
        bytes: Int,
        _ write: (UnsafeMutableRawPointer) -> Void
    ) {
        let header = count == 0 ? 12 : 20
        value(4 + header + bytes) { field in
            field.store(Int32(header + bytes), at: 0)
            field.store(Int32(count == 0 ? 0 : 1), at: 4)
            field.store(Int32(hasNull ? 1 : 0), at: 8)
            field.store(type, at: 12)
            if count == 0 { return }
            field.store(Int32(count), at: 16)
            field.store(Int32(1), at: 20)
            write(field + 24)
        }
    }
}
