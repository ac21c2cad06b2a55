/// Who refused with a 429: the value of `X-Rate-Limit-Type`.
enum LimitScope: String, Sendable, CaseIterable {
    /// Our key is over its limit on this route: the whole route stops.
    case application
    /// Our key is over the limit of this endpoint.
    case method
    /// The service is overloaded, for everybody.
    case service
    /// The service itself refused, without Riot's edge: no type, no time.
    case none

    init(header: String?) { self = header.flatMap { LimitScope(rawValue: $0.lowercased()) } ?? .none }

    /// Whether it is our own use that was refused.
    var isOurs: Bool { self == .application || self == .method }
}
