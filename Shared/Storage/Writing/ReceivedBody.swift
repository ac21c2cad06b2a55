/// A body as it came over the wire.
public struct ReceivedBody: Sendable {
    let bytes: [UInt8]
    let isGzip: Bool
    let inflated: [UInt8]?
    let receivedAt: Int64

    /// Creates a body of the bytes of the wire.
    ///
    /// - Parameters:
    ///   - isGzip: they are gzip.
    ///   - inflated: the text, when it is at hand already.
    ///   - receivedAt: epoch milliseconds.
    public init(bytes: [UInt8], isGzip: Bool, inflated: [UInt8]? = nil, receivedAt: Int64) {
        self.bytes = bytes
        self.isGzip = isGzip
        self.inflated = inflated
        self.receivedAt = receivedAt
    }
}
