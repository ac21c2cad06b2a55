import TestSupport
import Testing

/// The world of a limiter simulation.
struct LimiterScenario: Sendable, CustomTestStringConvertible {
    var name: String
    var application: [(limit: Int, seconds: Double)]
    var method: [(limit: Int, seconds: Double)]
    /// Milliseconds from the request to its answer; it arrives at some time in between.
    var latency: ClosedRange<Double>
    var lost = 0.0
    var died = 0.0
    var virtualSeconds: Double
    var workers = 64
    /// Requests of another program at a time; 0 for none.
    var othersBurst = 0
    /// The least use that is acceptable.
    var use: Double
    var testDescription: String { name }

    /// Any limits, latencies and losses, so that what holds is not the luck of a few.
    static func any(_ random: inout SeededGenerator) -> LimiterScenario {
        func whole(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        let short = whole(1...40)
        let fastest = random.between(1...400)
        return LimiterScenario(
            name: "any",
            application: [(short, 1), (short * whole(1...8), Double(whole(2...30)))],
            method: [(whole(1...60), Double(whole(1...12)))],
            latency: fastest...(fastest + random.between(1...1800)),
            lost: random.between(0...0.08),
            died: random.between(0...0.01),
            virtualSeconds: 90,
            workers: whole(1...60),
            use: 0
        )
    }
}
