/// What a client must know.
public struct RiotConfiguration: Sendable {
    /// Where requests go, `{route}` in place of the route.
    public var baseURL: String
    /// The key.
    public var key: RiotKey
    /// Sent as `User-Agent`; visible ASCII and spaces.
    public var userAgent: String
    /// For DNS, TCP and TLS together.
    public var connectTimeout: Duration = .seconds(3)
    /// For the answer's headers, and for each part of its body.
    public var pace = AnswerPace()
    /// For a whole request, the wait for a free connection included; below the lifetime of a permit.
    public var requestTimeout: Duration = .seconds(10)
    /// Largest body on the wire, in bytes; the largest timeline known has 93 kB compressed and 926 kB inflated.
    public var bodyLimit = 8 * 1024 * 1024
    /// Largest body after inflating, in bytes.
    public var inflatedLimit = 16 * 1024 * 1024

    /// Creates a configuration with the usual time-outs and limits.
    public init(
        baseURL: String = "https://{route}.api.riotgames.com",
        key: RiotKey,
        userAgent: String = "riftsync"
    ) {
        self.baseURL = baseURL
        self.key = key
        self.userAgent = userAgent
    }

    /// Whether a base URL leads to this machine; throws `.invalidConfiguration` when it is not one.
    public static func isLoopback(baseURL: String) throws(RiotError) -> Bool {
        try RiotBaseURL(template: baseURL).isLoopback
    }
}
