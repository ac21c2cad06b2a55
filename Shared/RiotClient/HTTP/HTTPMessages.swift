/// One GET request, ready to be sent.
package struct HTTPRequest: Sendable {
    /// Complete and percent-encoded; its host comes from the closed list of routes.
    var url: String
    /// Sent as `X-Riot-Token`, and kept nowhere else.
    var key: RiotKey
    /// `User-Agent`.
    var userAgent: String
    /// For DNS, TCP and TLS together.
    var connectTimeout: Duration
    /// For everything, from the mailbox to the last byte.
    var timeout: Duration
    /// Largest body accepted, in bytes on the wire.
    var bodyLimit: Int
    /// How fast the answer must come.
    var pace: AnswerPace

    package init(
        url: String,
        key: RiotKey,
        userAgent: String,
        connectTimeout: Duration,
        timeout: Duration,
        bodyLimit: Int,
        pace: AnswerPace = AnswerPace()
    ) {
        self.url = url
        self.key = key
        self.userAgent = userAgent
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.bodyLimit = bodyLimit
        self.pace = pace
    }
}

/// An answer with complete headers, and the body as it was on the wire.
///
/// The body of a success is complete. That of another status may have been lost on the way, and is empty then: what a
/// 429 or a 403 asks for stands in its first lines.
package struct HTTPResponse: Sendable {
    package var status: Int
    var headers: HTTPHeaders
    package var body: [UInt8]
    /// From the start of the transfer to its last byte.
    var duration: Duration
    /// Connections that were opened for this request; 0 when one was kept alive.
    var connectionsOpened: Int
}
