import ArgumentParser
import RiotSimulator

/// How the simulator answers.
struct BehaviourArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The application limit of every route.", valueName: "20:1,100:120"))
    var appLimit: String?

    @Option(
        help: ArgumentHelp(
            "The limit of one method, the others keep theirs; can be repeated.",
            discussion: "Methods: \(SimulatedMethod.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "match=250:10"
        )
    )
    var methodLimit: [String] = []

    @Flag(help: "No limits and no headers about them.")
    var noLimits = false

    @Option(help: "The only good key; without it any that is not empty is.")
    var key: String?

    @Option(help: ArgumentHelp("Milliseconds that an answer takes, or a range.", valueName: "50-800"))
    var latency: String?

    @Option(help: "The share of answers that get lost, 0 to 1: the request is counted, the connection closed.")
    var lost = 0.0

    @Flag(help: "429s come without Retry-After.")
    var noRetryAfter = false

    @Option(
        help: ArgumentHelp("Seconds that the clock of the Date header is ahead of the true time.", valueName: "-90")
    )
    var dateSkew = 0

    @Option(help: "How many of a player's newest matches his list shows at most.")
    var listCap = 1000

    @Option(help: "Megabytes of compressed bodies that are kept for being asked again.")
    var cacheMegabytes = 64

    func validate() throws {
        guard !noLimits || (appLimit == nil && methodLimit.isEmpty) else {
            throw ValidationError("--no-limits and limits contradict each other")
        }
        guard listCap > 0, (0...100_000).contains(cacheMegabytes) else {
            throw ValidationError("--list-cap is above 0, --cache-megabytes 0 to 100000")
        }
        guard (0...1).contains(lost) else { throw ValidationError("--lost is a share between 0 and 1, not \(lost)") }
        guard AnswerClock.skewLimit.contains(dateSkew) else {
            throw ValidationError("--date-skew is at most 1000000000 seconds to either side, not \(dateSkew)")
        }
        _ = try limits()
        _ = try delay()
    }

    func options(port: Int, seed: UInt64) throws -> SimulatorOptions {
        SimulatorOptions(
            port: port,
            limits: try limits(),
            key: key,
            latency: try delay(),
            faults: lost > 0 ? [FaultRule(.lost, count: nil, share: lost)] : [],
            omitsRetryAfter: noRetryAfter,
            clock: AnswerClock(skewSeconds: dateSkew),
            seed: seed,
            listCap: listCap,
            cacheMegabytes: cacheMegabytes
        )
    }

    private func limits() throws -> RateLimits {
        guard !noLimits else { return .none }
        var limits = RateLimits.developmentKey
        do {
            if let appLimit { limits.application = try RateLimit.list(appLimit) }
            for text in methodLimit {
                let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
                guard halves.count == 2, let method = SimulatedMethod(rawValue: halves[0]) else {
                    throw ValidationError("--method-limit is a method and its limits, match=250:10, not '\(text)'")
                }
                limits.methods[method] = try RateLimit.list(halves[1])
            }
        } catch let error as LimitSyntaxError {
            throw ValidationError(error.description)
        }
        return limits
    }

    private func delay() throws -> Latency {
        guard let latency else { return .none }
        let bounds = latency.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let first = bounds.first, let low = first, low >= 0, bounds.count <= 2 else { throw badLatency(latency) }
        guard bounds.count == 2 else { return Latency(minimum: low, maximum: low) }
        guard let high = bounds[1], high >= low, high <= 600_000 else { throw badLatency(latency) }
        return Latency(minimum: low, maximum: high)
    }

    private func badLatency(_ text: String) -> ValidationError {
        ValidationError("--latency is milliseconds, 50, or a range, 50-800, not '\(text)'")
    }
}
