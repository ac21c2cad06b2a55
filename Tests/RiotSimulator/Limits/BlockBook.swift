/// Scopes that must not be used for a time, because a 429 with `Retry-After` said so.
struct BlockBook: Sendable {
    /// How a request stands to the 429s before it.
    enum Finding: Sendable, Comparable {
        case free
        /// It arrived while a `Retry-After` was running, but was on its way before the 429 could be known.
        case underway
        /// It was sent when the 429 had gone out.
        case sent
    }

    private struct Scope: Hashable {
        let route: String
        let method: SimulatedMethod?
    }

    private struct Block {
        var told: ContinuousClock.Instant
        var until: ContinuousClock.Instant
    }

    private var blocks: [Scope: Block] = [:]

    /// Blocks a scope; a 429 without a type or without `Retry-After` says nothing that could be kept to.
    ///
    /// - Parameter told: When the 429 goes out.
    mutating func block(
        route: String,
        method: SimulatedMethod,
        type: RateLimitType?,
        seconds: Int?,
        told: ContinuousClock.Instant,
        at now: ContinuousClock.Instant
    ) {
        guard let type, let seconds else { return }
        let scope = Scope(route: route, method: type == .application ? nil : method)
        let until = now + .seconds(seconds)
        if let running = blocks[scope], running.until > now {
            blocks[scope] = Block(told: min(running.told, told), until: max(running.until, until))
        } else {
            blocks[scope] = Block(told: told, until: until)
        }
    }

    /// Judges a request that was sent at one time and arrives at another.
    func finding(
        route: String,
        method: SimulatedMethod,
        sent: ContinuousClock.Instant,
        at now: ContinuousClock.Instant
    ) -> Finding {
        [Scope(route: route, method: nil), Scope(route: route, method: method)]
            .compactMap { blocks[$0] }
            .map { now >= $0.until ? .free : sent < $0.told ? .underway : .sent }
            .max() ?? .free
    }
}
