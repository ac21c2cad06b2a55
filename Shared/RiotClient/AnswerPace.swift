/// How fast an answer must come once its request was sent.
///
/// libcurl's own limits do not serve: its server response time-out is for other protocols than HTTP
/// (CURLOPT_SERVER_RESPONSE_TIMEOUT), its low speed time counts whole seconds and says nothing about headers
/// (CURLOPT_LOW_SPEED_TIME).
public struct AnswerPace: Sendable, Equatable {
    /// From the request to the last line of the answer's headers.
    public var headersWithin: Duration = .seconds(6)
    /// The length of one span of the body.
    public var bodySpan: Duration = .seconds(3)
    /// What each span must bring, in bytes on the wire, unless the body ends in it.
    public var bytesPerSpan = 1024

    /// The usual pace: Riot's answers take some hundred milliseconds, and the last seconds of a request are no place
    /// to wait for one that is lost.
    public init() {}
}
