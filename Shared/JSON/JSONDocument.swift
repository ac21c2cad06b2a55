import CSimdjson

/// A parsed JSON text (RFC 8259) that owns its memory, for bodies that are kept or handed on.
///
/// It stands on a `JSONTape`; reading allocates nothing but the strings that are asked for. Members are kept as they
/// come, duplicates included. Half a surrogate pair in an escape becomes U+FFFD, and numbers of any size are accepted
/// (`JSONValue.numberText`). Documents and their values may be read by several tasks at once. Decoders of large bodies
/// use the tape itself: a `JSONValue` keeps its document alive, which costs a count of references per value.
public struct JSONDocument: Sendable {
    /// Texts with more bytes than this are refused.
    public static let maximumLength = JSONTape.maximumLength

    let storage: JSONStorage

    /// Parses `bytes`; the document keeps a copy of them.
    ///
    /// - Parameters:
    ///   - keys: names that `JSONKey.id` numbers.
    ///   - depthLimit: containers inside each other, 1 to 512.
    /// - Throws: what is wrong with the text and where.
    public init(parsing bytes: [UInt8], keys: JSONKeys = .none, depthLimit: Int = 64) throws(JSONError) {
        storage = try bytes.withUnsafeBufferPointer { buffer throws(JSONError) in
            try JSONStorage(parsing: UnsafeRawBufferPointer(buffer), keys: keys, depthLimit: depthLimit)
        }
    }

    /// Parses the text of `string`.
    public init(parsing string: String, keys: JSONKeys = .none, depthLimit: Int = 64) throws(JSONError) {
        try self.init(parsing: Array(string.utf8), keys: keys, depthLimit: depthLimit)
    }

    /// The outermost value.
    public var root: JSONValue { JSONValue(storage: storage, cursor: storage.tape.root) }

    /// How many values the document holds, containers and scalars together.
    public var valueCount: Int { storage.tape.document.pointee.entry_count }

    /// How many bytes the text has.
    public var byteCount: Int { storage.tape.document.pointee.input_length }

    /// The instruction set that the parser uses on this machine, for reports of measurements.
    public static var implementation: String { String(cString: csimdjson_implementation()) }
}

/// Owner of a tape that several values share.
///
/// `@unchecked Sendable`: everything is written before `init` returns and only read from then on.
final class JSONStorage: @unchecked Sendable {
    let tape: JSONTape
    let keys: JSONKeys

    init(parsing bytes: UnsafeRawBufferPointer, keys: JSONKeys, depthLimit: Int) throws(JSONError) {
        var tape = try JSONTape(isKept: false)
        try tape.parse(bytes, keys: keys, depthLimit: depthLimit)
        self.tape = tape
        self.keys = keys
    }
}
