import RiotModels

/// Compressed bodies that were made lately, so that asking again costs nothing.
actor BodyCache {
    struct Name: Hashable, Sendable {
        let id: MatchID
        let isTimeline: Bool
    }

    /// Between speed and the size that real answers have.
    static let level = 4

    private let limit: Int
    private var bodies: [Name: [UInt8]] = [:]
    /// Oldest first from `oldest` on; what lies before has been dropped.
    private var order: [Name] = []
    private var oldest = 0
    private var size = 0

    /// A cache of at most so many bytes.
    init(limit: Int) {
        self.limit = limit
    }

    func body(_ name: Name) -> [UInt8]? { bodies[name] }

    func keep(_ body: [UInt8], as name: Name) {
        guard body.count <= limit, bodies.updateValue(body, forKey: name) == nil else { return }
        order.append(name)
        size += body.count
        while size > limit { dropOldest() }
    }

    private func dropOldest() {
        size -= bodies.removeValue(forKey: order[oldest])?.count ?? 0
        oldest += 1
        if oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
