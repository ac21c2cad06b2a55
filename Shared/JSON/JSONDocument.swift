import CSimdjson

/// A parsed JSON text (RFC 8259).
///
/// The whole text is checked at once and becomes a flat list of entries, in the order of the text; reading allocates
/// nothing but the strings that are asked for. Members are kept as they come, duplicates included. Half a surrogate
/// pair in an escape becomes U+FFFD, and numbers of any size are accepted (`JSONValue.numberText`). Documents and their
/// values may be read by several tasks at once.
public struct JSONDocument: Sendable {
    /// Texts with more bytes than this are refused: 1 GiB, because offsets have 32 bits.
    public static let maximumLength = 1 << 30

    let storage: JSONStorage

    /// Parses `bytes`; the document keeps a copy of them.
    ///
    /// - Parameters:
    ///   - keys: names that `JSONKey.id` numbers.
    ///   - depthLimit: containers inside each other, 1 to 512.
    /// - Throws: what is wrong with the text and where.
    public init(parsing bytes: [UInt8], keys: JSONKeys = .none, depthLimit: Int = 64) throws(JSONError) {
        storage = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            try JSONStorage(parsing: buffer, keys: keys, depthLimit: depthLimit)
        }
    }

    /// Parses the text of `string`.
    public init(parsing string: String, keys: JSONKeys = .none, depthLimit: Int = 64) throws(JSONError) {
        try self.init(parsing: Array(string.utf8), keys: keys, depthLimit: depthLimit)
    }

    /// The outermost value.
    public var root: JSONValue { JSONValue(storage: storage, index: 0) }

    /// How many values the document holds, containers and scalars together.
    public var valueCount: Int { storage.document.entry_count }

    /// How many bytes the text has.
    public var byteCount: Int { storage.document.input_length }

    /// The instruction set that the parser uses on this machine, for reports of measurements.
    public static var implementation: String { String(cString: csimdjson_implementation()) }
}

/// Owner of the memory that the C bridge filled.
///
/// `@unchecked Sendable`: everything is written before `init` returns and only read from then on.
final class JSONStorage: @unchecked Sendable {
    let document: csimdjson_document
    let entries: UnsafePointer<csimdjson_entry>
    let input: UnsafePointer<UInt8>
    let keys: JSONKeys

    init(parsing bytes: UnsafeBufferPointer<UInt8>, keys: JSONKeys, depthLimit: Int) throws(JSONError) {
        precondition((1...512).contains(depthLimit), "the depth limit of a JSON document is 1 to 512")
        var document = csimdjson_document()
        var offset = 0
        let code = csimdjson_parse(
            bytes.baseAddress,
            bytes.count,
            keys.table,
            UInt32(depthLimit),
            &document,
            &offset
        )
        guard code == csimdjson_ok, let entries = document.entries, let input = document.input else {
            throw JSONError(bridged: code, offset: offset)
        }
        self.document = document
        self.entries = UnsafePointer(entries)
        self.input = UnsafePointer(input)
        self.keys = keys
    }

    deinit {
        var document = document
        csimdjson_document_free(&document)
    }

    /// The bytes of the strings whose escapes were replaced.
    ///
    /// Only entries that are flagged so point here.
    func unescaped(at offset: Int, count: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: document.strings.map { UnsafePointer($0) + offset }, count: count)
    }

    /// The text of an entry of kind string, without quotes and escapes.
    func text(of entry: csimdjson_entry) -> UnsafeBufferPointer<UInt8> {
        let offset = Int(UInt32(truncatingIfNeeded: entry.value))
        let count = Int(entry.value >> 32)
        return Int32(entry.flags) & CSIMDJSON_TEXT_UNESCAPED != 0
            ? unescaped(at: offset, count: count)
            : UnsafeBufferPointer(start: input + offset, count: count)
    }

    /// The name of a member, without quotes and escapes.
    func keyText(of entry: csimdjson_entry) -> UnsafeBufferPointer<UInt8> {
        let start = Int(entry.key_start)
        guard Int32(entry.flags) & CSIMDJSON_KEY_UNESCAPED != 0 else {
            var end = start
            while input[end] != UInt8(ascii: "\"") { end += 1 }
            return UnsafeBufferPointer(start: input + start, count: end - start)
        }
        let length = unescaped(at: start, count: 4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return unescaped(at: start + 4, count: length)
    }
}
