import Foundation
import Testing

@testable import RiotSimulator

@Suite("The second program", .timeLimit(.minutes(5)))
struct SecondProgramTests {
    private static let status = "/na1/lol/status/v4/platform-data"

    @Test("asks so many at once, once a second, until the burst is through, and again after a time")
    func schedule() {
        var schedule = SecondProgramSchedule(
            SecondProgram(burst: 14, atOnce: 6, everyMilliseconds: 5000),
            at: 700
        )
        let looks = [(700, 6), (701, 0), (1699, 0), (1700, 6), (2700, 2), (3700, 0), (5699, 0), (5700, 6), (6705, 6)]
        for (time, count) in looks { #expect(schedule.take(at: time) == count, "at \(time)") }
        #expect(schedule.next == 7705)
    }

    @Test("a burst that takes longer than the time between two is followed by the next")
    func longBurst() {
        var schedule = SecondProgramSchedule(SecondProgram(burst: 3, atOnce: 1, everyMilliseconds: 500), at: 0)
        let counts = stride(from: 0, through: 5000, by: 500).map { schedule.take(at: $0) }
        #expect(counts == [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    }

    @Test("a 429 ends its burst, and nothing is asked before its Retry-After is over")
    func refusals() {
        var schedule = SecondProgramSchedule(SecondProgram(burst: 12, atOnce: 6, everyMilliseconds: 4000), at: 0)
        #expect(schedule.take(at: 0) == 6)
        schedule.stop(at: 0, retryAfter: 2)
        #expect(schedule.take(at: 3999) == 0)
        #expect(schedule.take(at: 4000) == 6)
        schedule.stop(at: 4000, retryAfter: 9)
        #expect(schedule.take(at: 12_999) == 0)
        #expect(schedule.take(at: 13_000) == 6)
    }

    @Test("uses the windows of our key, and is counted apart")
    func sharesTheWindows() async throws {
        let limits = RateLimits(application: [RateLimit(count: 6, seconds: 3600)], methods: [:])
        let world = try TestWorlds.small(matches: 1)
        try await SimulatorServer.withRunning(world, options: SimulatorOptions(limits: limits)) { server in
            let client = try await WireClient(server)
            #expect(try await client.get(Self.status).headers["x-app-rate-limit-count"] == "1:3600")
            let order = #"{"route":"na1","method":"status","burst":4,"at_once":4,"every_ms":3600000}"#
            #expect(try await client.post("/_sim/second-program", order).status == 200)
            while await server.stats().secondProgram.accepted < 4 { await Task.yield() }
            #expect(try await client.get(Self.status).headers["x-app-rate-limit-count"] == "6:3600")
            #expect(try await client.get(Self.status).status == 429)
            // Another burst, of which nothing is accepted.
            _ = try await client.post("/_sim/second-program", order)
            while await server.stats().secondProgram.refused < 4 { await Task.yield() }
            _ = try await client.post("/_sim/second-program", #"{"off":true}"#)

            let stats = await server.stats()
            #expect(stats.requests == 3)
            #expect(stats.secondProgram == SimulatorStats.SecondProgramCount(accepted: 4, refused: 4))
            #expect(stats.applicationViolations == 1 && stats.violations == 1)
            let answer = try await client.get("/_sim/use")
            let use = try JSONDecoder().decode(QuotaUse.self, from: Data(answer.body))
            let binding = try #require(use.routes.first?.binding)
            #expect(use.routes.count == 1 && use.routes.first?.route == "na1")
            #expect(binding.accepted == 2 && binding.acceptedOfSecondProgram == 4 && binding.share == 1)
            let none = try await client.get("/_sim/use?until_ms=0")
            #expect(try JSONDecoder().decode(QuotaUse.self, from: Data(none.body)).routes.first?.windows == [])
        }
    }
}
