import ArgumentParser
import Supervision

/// How soon workers claim again after Redis was restarted, again and again.
struct RedisCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redis",
        abstract:
            "Restarts Redis under load, every other time by kill -9, and measures how soon jobs are claimed again."
    )

    @OptionGroup var options: FaultOptions

    @Option(help: "How often Redis is restarted.")
    var times = 50

    func validate() throws {
        if !(1...10_000).contains(times) { throw ValidationError("--times is 1 to 10000.") }
    }

    func run() async throws {
        let world = FaultWorld(minutes: Double(times) / 20, seed: options.seed, rate: 30)
        try await options.withSystem(world) { try await restartAll(of: $0) }
    }

    private func restartAll(of system: FaultSystem) async throws -> Verdict {
        let load = SyncLoad(world: system.world, gatewayPort: system.gatewayPort)
        let frontends = Task { try await load.run(until: .now + .seconds(86_400)) }  // cancelled and awaited below
        var delays: [Int64] = []
        do {
            for place in 0..<times {
                try await system.startWhoDiedByThemselves()
                let before = try await system.claims()
                try await poll("jobs are claimed") { try await system.claims() > before }
                if place.isMultiple(of: 2) { await system.redis.kill() } else { await system.redis.stop() }
                try await system.redis.start()
                delays.append(try await millisecondsToNextClaim(system))
            }
        } catch {
            frontends.cancel()
            _ = try? await frontends.value
            throw error
        }
        await load.startNoMore()
        try await withTaskCancellationHandler {
            try await frontends.value
        } onCancel: {
            frontends.cancel()
        }
        let verdict = try await Verdict.of(system, load: load, journal: FaultJournal())
        let line = "\(times) restarts of Redis; from its first answer to the next claim: \(Milliseconds(delays))"
        let isSoon = delays.allSatisfy { $0 <= 5_000 }
        return Verdict(report: line + "\n" + verdict.report, isGood: verdict.isGood && isSoon)
    }

    private func millisecondsToNextClaim(_ system: FaultSystem) async throws -> Int64 {
        let began = ContinuousClock.now
        var claims: Int?
        try await poll("jobs are claimed again") {
            // Our own connection was cut, too.
            guard let now = try? await system.claims() else { return false }
            defer { claims = claims ?? now }
            return claims.map { now > $0 } ?? false
        }
        return Int64(began.duration(to: .now) / .milliseconds(1))
    }
}
