/// Another program that uses the same key: bursts of requests at one method of one route.
public struct SecondProgram: Sendable, Codable, Equatable {
    /// The route that it uses.
    public var route: String
    /// The method that it calls.
    public var method: SimulatedMethod
    /// Requests of one burst.
    public var burst: Int
    /// Requests that it makes at once; the next follow a second later, until the burst is through.
    public var atOnce: Int
    /// Milliseconds from the beginning of a burst to that of the next.
    public var everyMilliseconds: Int

    private enum CodingKeys: String, CodingKey {
        case route, method, burst
        case atOnce = "at_once"
        case everyMilliseconds = "every_ms"
    }

    /// A third of 100 requests in 10 seconds unless said otherwise.
    public init(
        route: String = "americas",
        method: SimulatedMethod = .match,
        burst: Int = 33,
        atOnce: Int = 6,
        everyMilliseconds: Int = 10_000
    ) {
        self.route = route
        self.method = method
        self.burst = burst
        self.atOnce = atOnce
        self.everyMilliseconds = everyMilliseconds
    }

    /// Reads it, what is absent being as usual.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        route = try values.decodeIfPresent(String.self, forKey: .route) ?? route
        method = try values.decodeIfPresent(SimulatedMethod.self, forKey: .method) ?? method
        burst = try values.decodeIfPresent(Int.self, forKey: .burst) ?? burst
        atOnce = try values.decodeIfPresent(Int.self, forKey: .atOnce) ?? atOnce
        everyMilliseconds = try values.decodeIfPresent(Int.self, forKey: .everyMilliseconds) ?? everyMilliseconds
    }

    /// A sentence about what cannot be; nil when all is in order.
    var problem: String? {
        guard (1...100_000).contains(burst), (1...10_000).contains(atOnce), (1...3_600_000).contains(everyMilliseconds)
        else { return "burst is 1 to 100000, at_once 1 to 10000, every_ms 1 to 3600000" }
        return nil
    }
}

/// When a second program makes how many requests; times are milliseconds on any clock.
struct SecondProgramSchedule: Sendable {
    /// Milliseconds between the parts of a burst.
    private static let pause = 1000

    let program: SecondProgram
    private(set) var next: Int
    private var began: Int
    private var left = 0

    /// The first burst begins at once.
    init(_ program: SecondProgram, at now: Int) {
        self.program = program
        next = now
        began = now
    }

    /// Requests that are due now, all at once.
    mutating func take(at now: Int) -> Int {
        guard now >= next else { return 0 }
        if left == 0 {
            began = now
            left = program.burst
        }
        let count = min(left, program.atOnce)
        left -= count
        next = left > 0 ? now + Self.pause : max(began + program.everyMilliseconds, now + Self.pause)
        return count
    }

    /// There is nothing it could do now; it looks again later.
    mutating func postpone(at now: Int) {
        next = now + Self.pause
    }

    /// A 429 ends the burst; the next one begins when it is due and the `Retry-After` is over.
    mutating func stop(at now: Int, retryAfter seconds: Int) {
        left = 0
        next = max(began + program.everyMilliseconds, now + seconds * 1000)
    }
}
