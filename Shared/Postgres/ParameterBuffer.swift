/// The parameters of one statement in the form that libpq wants, in one block of memory.
struct ParameterBuffer {
    private var storage: [UInt8] = []
    private var offsets: [Int] = []  // -1 is NULL
    private var lengths: [Int32] = []
    private var formats: [Int32] = []  // 0 text, 1 binary

    /// - Throws: `.invalidParameter`, which names the place and not the value.
    init(_ parameters: [PostgresParameter]) throws(PostgresError) {
        guard parameters.count <= PostgresLimits.parameters else {
            throw PostgresError(
                .invalidParameter,
                "\(parameters.count) parameters in one statement; PostgreSQL takes \(PostgresLimits.parameters)"
            )
        }
        offsets.reserveCapacity(parameters.count)
        lengths.reserveCapacity(parameters.count)
        formats.reserveCapacity(parameters.count)
        for (index, parameter) in parameters.enumerated() {
            guard append(parameter) else {
                throw PostgresError(
                    .invalidParameter,
                    "parameter $\(index + 1) holds a NUL character or too many bytes, which PostgreSQL cannot store"
                )
            }
        }
    }

    /// Calls `body` with the arrays; they live until it returns.
    func withPointers<R>(
        _ body: (
            _ count: Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> R
    ) -> R {
        if offsets.isEmpty { return body(0, nil, nil, nil) }
        return storage.withUnsafeBytes { bytes in
            let values: [UnsafePointer<CChar>?] = offsets.map { offset in
                offset < 0 ? nil : bytes.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
            }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(Int32(offsets.count), values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }

    private mutating func append(_ parameter: PostgresParameter) -> Bool {
        switch parameter {
        case .null:
            offsets.append(-1)
            lengths.append(0)
            formats.append(0)
            return true
        case .text(let value): return append(text: value)
        case .int(let value): return append(text: String(value))
        case .double(let value): return append(text: value.description)
        case .bool(let value): return append(text: value ? "t" : "f")
        case .timestamp(let milliseconds): return append(text: TimestampText.text(milliseconds: milliseconds))
        case .textArray(let values): return append(text: Self.arrayLiteral(values))
        case .intArray(let values):
            return append(text: "{" + values.map { $0.map(String.init) ?? "NULL" }.joined(separator: ",") + "}")
        case .timestampArray(let values):
            return append(text: Self.arrayLiteral(values.map { $0.map(TimestampText.text(milliseconds:)) }))
        case .bytes(let value):
            return append(binary: value.count) { $0 += value }
        case .bytesArray(let values):
            let size = values.reduce(values.isEmpty ? 12 : 20) { $0 + 4 + $1.count }
            return append(binary: size) { Self.append(array: values, to: &$0) }
        }
    }

    private mutating func append(binary size: Int, _ write: (inout [UInt8]) -> Void) -> Bool {
        guard let length = Int32(exactly: size) else { return false }
        offsets.append(storage.count)
        lengths.append(length)
        formats.append(1)
        storage.reserveCapacity(storage.count + size + 1)
        write(&storage)
        storage.append(0)  // so that an empty value has an address too: a NULL pointer would mean NULL
        return true
    }

    /// Dimensions, null flag, element type, length and lower bound, then the elements (`array_recv` in PostgreSQL's
    /// `arrayfuncs.c`).
    private static func append(array values: [[UInt8]], to storage: inout [UInt8]) {
        func append(_ number: Int) {
            withUnsafeBytes(of: Int32(truncatingIfNeeded: number).bigEndian) { storage += $0 }
        }
        append(values.isEmpty ? 0 : 1)
        append(0)
        append(Int(TypeOID.bytea))
        if values.isEmpty { return }
        append(values.count)
        append(1)
        for value in values {
            append(value.count)
            storage += value
        }
    }

    private mutating func append(text: String) -> Bool {
        let start = storage.count
        storage += text.utf8
        let hasNUL = storage[start...].contains(0)
        storage.append(0)
        guard !hasNUL, let length = Int32(exactly: storage.count - start - 1) else { return false }
        offsets.append(start)
        lengths.append(length)
        formats.append(0)
        return true
    }

    /// `{"a","b \" c",NULL}` (PostgreSQL 15, 8.15.6).
    private static func arrayLiteral(_ values: [String?]) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            guard let value else {
                bytes += "NULL".utf8
                continue
            }
            bytes.append(UInt8(ascii: "\""))
            for byte in value.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
