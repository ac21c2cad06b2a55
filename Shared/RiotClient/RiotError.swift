/// Why a request to Riot brought nothing, in words for the person who waits for it.
public struct RiotError: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// Riot says that it does not exist.
        case notFound
        /// The key was refused during all of the time given.
        case keyRejected
        /// Riot could not be reached or failed during all of the time given.
        case unavailable
        /// The limits let no request through during all of the time given, or Riot asked to stop.
        case noPermit
        /// Riot refused the request itself; sending it again would not help.
        case refused
        /// Answers came that could not be understood.
        case malformedAnswer
        /// Redis is away, and without it nothing is sent.
        case limiterUnavailable
        /// The task that waited was cancelled.
        case cancelled
        /// The base URL or the key cannot be used.
        case invalidConfiguration
    }

    /// The kind of failure.
    public let code: Code
    /// The HTTP status that told it, if one did.
    public let status: Int?
    /// What a request waits for that got no permit: a word of the status API, `quota` or `riot`.
    public let waitingFor: String?
    /// A sentence for people; never holds the key.
    public let message: String
    /// The same sentence.
    public var description: String { message }

    /// Creates an error.
    public init(_ code: Code, _ message: String, status: Int? = nil, waitingFor: String? = nil) {
        self.code = code
        self.status = status
        self.waitingFor = waitingFor
        self.message = message
    }
}
