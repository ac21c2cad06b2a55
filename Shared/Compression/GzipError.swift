/// Why a body could not be inflated.
public struct GzipError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure that callers treat differently.
    public enum Code: Sendable {
        /// The bytes do not begin with the signature of gzip.
        case notGzip
        /// Wrong checksum, cut off, or followed by something that is not gzip.
        case damaged
        /// The inflated body is larger than the caller allows.
        case tooLarge
        /// No memory for a decompressor.
        case outOfMemory
    }

    /// What happened.
    public let code: Code

    init(_ code: Code) { self.code = code }

    /// A sentence for logs and people.
    public var description: String {
        switch code {
        case .notGzip: "The body is not gzip: it lacks the two bytes 1F 8B at its beginning."
        case .damaged: "The gzip body is damaged or cut off; fetch it again."
        case .tooLarge: "The gzip body inflates to more bytes than are allowed here."
        case .outOfMemory: "There is no memory left to inflate a gzip body."
        }
    }
}
