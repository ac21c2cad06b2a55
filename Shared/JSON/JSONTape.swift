import CSimdjson

/// A JSON text (RFC 8259) and what it was parsed into: a flat list of tokens in the order of the text.
///
/// The list is no object tree. It has one token of 24 bytes per value, written by one walk over the text that checks all
/// of it, with the names of members already replaced by their numbers in a `JSONKeys`; nothing is allocated, linked or
/// freed per value, and a reader that skips a container jumps. Decoders read it once from front to back through
/// `JSONCursor`s, straight into their columns: the second pass over compact tokens costs less than calling back into
/// Swift for each value would, and duplicates, the order of members and misfits stay the decoders' own business.
///
/// The memory of a tape made by `init()` is kept for the calling thread when the tape ends, so that reading one body
/// after the other takes no fresh pages from the kernel.
public struct JSONTape: ~Copyable {
    /// Texts with more bytes than this are refused: 1 GiB, because offsets have 32 bits.
    public static let maximumLength = 1 << 30

    let document: UnsafeMutablePointer<csimdjson_document>
    private let isKept: Bool
    private var isParsed = false

    /// An empty tape, in memory that the calling thread has kept from the last one.
    public init() throws(JSONError) { try self.init(isKept: true) }

    /// - Parameter isKept: false: the memory is its own from the beginning to the end, for tapes that live long.
    init(isKept: Bool) throws(JSONError) {
        guard let document = isKept ? csimdjson_document_borrow() : csimdjson_document_create() else {
            throw JSONError(bridged: Int32(csimdjson_out_of_memory), offset: 0)
        }
        self.document = document
        self.isKept = isKept
    }

    deinit {
        if isKept { csimdjson_document_give_back(document) } else { csimdjson_document_free(document) }
    }

    /// Room for a text of `count` bytes, which the caller fills before it calls `parse`.
    ///
    /// Valid until the next call of a method of the tape; what it held before is gone.
    /// - Throws: `.tooLarge`, `.outOfMemory`.
    public mutating func reserve(_ count: Int) throws(JSONError) -> UnsafeMutableRawBufferPointer {
        isParsed = false
        guard count <= Self.maximumLength else { throw JSONError(bridged: Int32(csimdjson_too_large), offset: 0) }
        guard let room = csimdjson_document_reserve(document, count) else {
            throw JSONError(bridged: Int32(csimdjson_out_of_memory), offset: 0)
        }
        return UnsafeMutableRawBufferPointer(start: room, count: count)
    }

    /// Parses the first `count` bytes of the room that was reserved.
    ///
    /// - Parameters:
    ///   - keys: names that `JSONCursor.keyNumber` numbers.
    ///   - depthLimit: containers inside each other, 1 to 512.
    /// - Throws: what is wrong with the text and where.
    public mutating func parse(count: Int, keys: JSONKeys = .none, depthLimit: Int = 64) throws(JSONError) {
        precondition((1...512).contains(depthLimit), "the depth limit of a JSON document is 1 to 512")
        isParsed = false
        var offset = 0
        let code = csimdjson_parse(document, count, keys.table, UInt32(depthLimit), &offset)
        guard code == csimdjson_ok else { throw JSONError(bridged: code, offset: offset) }
        isParsed = true
    }

    /// Copies and parses `text`.
    mutating func parse(_ text: UnsafeRawBufferPointer, keys: JSONKeys, depthLimit: Int) throws(JSONError) {
        try reserve(text.count).copyMemory(from: text)
        try parse(count: text.count, keys: keys, depthLimit: depthLimit)
    }

    /// The outermost value; valid while the tape is, and until it is filled again.
    var root: JSONCursor {
        guard isParsed, let entries = document.pointee.entries else { preconditionFailure("nothing is parsed yet") }
        return JSONCursor(entry: UnsafePointer(entries), document: UnsafePointer(document))
    }

    /// Calls `body` with the outermost value, which must not be used after the call, nor anything that comes from it.
    public borrowing func withRoot<Result, Failure: Error>(
        _ body: (JSONCursor) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(root)
    }
}
