import RiotModels

/// Compressed bodies that were made lately, so that asking again costs nothing.
actor BodyCache {
    struct Name: Hashable, Sendable {
        let id: MatchID
        let isTimeline: Bool
    }

    /// Bodies kept; at 80 kB each about 40 MB.
    static let limit = 512
    /// Between speed and the size that real answers have.
    static let level = 4

    private var bodies: [Name: [UInt8]] = [:]
    private var order: [Name] = []

    func body(_ name: Name) -> [UInt8]? { bodies[name] }

    func keep(_ body: [UInt8], as name: Name) {
        guard bodies.updateValue(body, forKey: name) == nil else { return }
        order.append(name)
        if order.count > Self.limit { bodies[order.removeFirst()] = nil }
    }
}
