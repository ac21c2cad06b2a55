/// Limits as JSON: `{"application": "20:1,100:120", "methods": {"match": "250:10"}}`; `{"off": true}` takes all away.
struct LimitsChange: Codable {
    var application: String?
    var methods: [SimulatedMethod: String]?
    var off: Bool?

    init(_ limits: RateLimits) {
        application = Self.text(limits.application)
        methods = limits.methods.mapValues(Self.text)
        off = limits == .none
    }

    private static func text(_ limits: [RateLimit]) -> String {
        limits.map(\.description).joined(separator: ",")
    }

    /// The limits with this change; what is not named stays, an empty text takes a limit away.
    func applied(to limits: RateLimits) throws(LimitSyntaxError) -> RateLimits {
        var limits = off == true ? RateLimits.none : limits
        if let application { limits.application = application.isEmpty ? [] : try RateLimit.list(application) }
        for (method, text) in methods ?? [:] {
            limits.methods[method] = text.isEmpty ? [] : try RateLimit.list(text)
        }
        return limits
    }
}
