import Foundation
import Testing

@testable import RiotSimulator

@Suite("Switches of answers, and what Riot would have refused")
struct AnswerSwitchTests {
    private static let status = "/na1/lol/status/v4/platform-data"
    private static let narrow = RateLimits(
        application: [RateLimit(count: 3, seconds: 3600)],
        methods: [.status: [RateLimit(count: 2, seconds: 600)]]
    )

    private func run(
        _ options: SimulatorOptions,
        _ body: (WireClient, SimulatorServer) async throws -> Void
    ) async throws {
        let world = try TestWorlds.small(matches: 1)
        try await SimulatorServer.withRunning(world, options: options) { server in
            try await body(WireClient(server), server)
        }
    }

    @Test("429s without Retry-After, from the start or switched on, keep their type")
    func withoutRetryAfter() async throws {
        try await run(SimulatorOptions(limits: Self.narrow, omitsRetryAfter: true)) { client, server in
            for _ in 0..<2 { #expect(try await client.get(Self.status).status == 200) }
            let method = try await client.get(Self.status)
            #expect(method.status == 429)
            #expect(method.headers["x-rate-limit-type"] == "method")
            #expect(method.headers["retry-after"] == nil)
            _ = try await client.post("/_sim/retry-after", #"{"omitted":false}"#)
            let application = try await client.get(Self.status)
            #expect(application.headers["x-rate-limit-type"] == "application")
            #expect(try #require(application.headers["retry-after"].flatMap { Int($0) }) > 3000)
            // Only the last one said how long to wait.
            #expect(await server.stats().arrivedWhileBlocked == 0)
        }
    }

    @Test("every refused request is listed with the window, and with the Retry-After that it did not keep to")
    func violations() async throws {
        try await run(SimulatorOptions(limits: Self.narrow)) { client, server in
            for _ in 0..<5 { _ = try await client.get(Self.status) }
            _ = try await client.get(Self.status, key: nil)
            let answer = try await client.get("/_sim/violations")
            let log = try JSONDecoder().decode(ViolationLog.self, from: Data(answer.body))
            #expect(log.total == 4)
            #expect(
                log.violations.map(\.reasons) == [
                    [.method], [.sentWhileBlocked, .application], [.sentWhileBlocked, .application], [.key],
                ]
            )
            #expect(log.violations.map(\.window) == ["2:600", "3:3600", "3:3600", nil])
            #expect(log.byReason == [.method: 1, .application: 2, .sentWhileBlocked: 2, .key: 1])
            let stats = await server.stats()
            #expect(stats.applicationViolations == 2 && stats.methodViolations == 1 && stats.keyRefusals == 1)
            #expect(stats.arrivedWhileBlocked == 2 && stats.sentWhileBlocked == 2 && stats.violations == 4)
            // Pages under /_sim are no requests, and the connections that ask for them are not counted.
            #expect(stats.requests == 6 && stats.connections == 6)
            _ = try await client.post("/_sim/reset")
            #expect(await server.simulation.violations == ViolationLog())
        }
    }

    @Test("the list of violations has an end, its totals do not")
    func bound() {
        var log = ViolationLog()
        let count = ViolationLog.limit + 10
        for number in 0..<count {
            log.add(
                Violation(
                    at: Double(number),
                    route: "kr",
                    method: "match",
                    reasons: [.method],
                    window: "1:1",
                    status: nil
                )
            )
        }
        #expect(log.total == count && log.byReason == [.method: count])
        #expect(log.violations.count <= ViolationLog.limit)
        #expect(log.violations.last?.at == Double(count - 1))
    }

    @Test("a request that was on its way before a 429 could be known is told from one that was sent after it")
    func blocks() {
        let start = ContinuousClock.now
        func time(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }
        var book = BlockBook()
        book.block(route: "kr", method: .match, type: .method, seconds: 2, told: time(300), at: start)
        let cases: [(sent: Int, arrives: Int, method: SimulatedMethod, BlockBook.Finding)] = [
            (0, 100, .match, .underway), (299, 600, .match, .underway), (300, 600, .match, .sent),
            (300, 600, .timeline, .free), (1500, 1999, .match, .sent), (1500, 2000, .match, .free),
        ]
        for (sent, arrives, method, finding) in cases {
            let found = book.finding(route: "kr", method: method, sent: time(sent), at: time(arrives))
            #expect(found == finding, "sent at \(sent), arrives at \(arrives)")
        }
        // One of the application stops every method, and a later end stands.
        book.block(route: "kr", method: .match, type: .application, seconds: 1, told: time(500), at: time(400))
        book.block(route: "kr", method: .match, type: .application, seconds: 3, told: time(900), at: time(600))
        #expect(book.finding(route: "kr", method: .timeline, sent: time(600), at: time(3599)) == .sent)
        #expect(book.finding(route: "kr", method: .timeline, sent: time(600), at: time(3600)) == .free)
        #expect(book.finding(route: "na1", method: .timeline, sent: time(600), at: time(700)) == .free)
    }

    @Test("a clock that is wrong, and one that is there twice")
    func clocks() async throws {
        try await run(SimulatorOptions(limits: .none, clock: AnswerClock(skewSeconds: -7200))) { client, _ in
            let early = try await dates(client)
            #expect(early.count == 1 && abs(early[0].timeIntervalSinceNow + 7200) < 600)
            _ = try await client.post("/_sim/clock", #"{"skew_seconds":86400,"twice":true}"#)
            let twice = try await dates(client)
            #expect(twice.count == 2)
            #expect(twice[1].timeIntervalSince(twice[0]) == 86_400)
            #expect(abs(twice[0].timeIntervalSinceNow) < 600)
            _ = try await client.post("/_sim/clock")
            #expect(try await dates(client).count == 1)
        }
    }

    private func dates(_ client: WireClient) async throws -> [Date] {
        let answer = try await client.get(Self.status)
        #expect(answer.isComplete)
        return try answer.headerLines.filter { $0.name == "date" }.map { line in
            try #require(Self.reader.date(from: line.value))
        }
    }

    private static let reader: DateFormatter = {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = .gmt
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter
    }()

    @Test("dates are written as HTTP wants them")
    func httpDates() {
        #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(HTTPDate.text(1_709_164_800) == "Thu, 29 Feb 2024 00:00:00 GMT")
        for day in 0..<40_000 {
            let seconds = day * 86_400 + day
            #expect(HTTPDate.text(seconds) == Self.reader.string(from: Date(timeIntervalSince1970: Double(seconds))))
        }
    }

    @Test("a burst of service 429s strikes one method, and ends")
    func serviceBurst() async throws {
        try await run(SimulatorOptions(limits: .none)) { client, server in
            let rule = #"{"fault":"rate-limit","type":"service","retryAfter":3,"method":"status","count":5}"#
            #expect(try await client.post("/_sim/fault", rule).status == 200)
            #expect(try await client.get("/americas/lol/match/v5/matches/NA1_1").status == 404)
            for _ in 0..<5 {
                let answer = try await client.get(Self.status)
                #expect(answer.status == 429)
                #expect(answer.headers["x-rate-limit-type"] == "service")
                #expect(answer.headers["retry-after"] == "3")
            }
            #expect(try await client.get(Self.status).status == 200)
            #expect(await server.stats().faults == ["rate-limit": 5])
        }
    }

    @Test(
        "a share of answers is lost or has spoiled headers, and all of them are counted by the limits",
        arguments: [FaultRule.Kind.lost, .noHeaders, .malformedHeaders]
    )
    func shares(kind: FaultRule.Kind) async throws {
        let limits = RateLimits(application: [RateLimit(count: 100, seconds: 3600)], methods: [:])
        let options = SimulatorOptions(limits: limits, faults: [FaultRule(kind, count: nil, share: 0.3)])
        try await run(options) { client, server in
            var spoiled = 0
            for _ in 0..<40 where try await client.get(Self.status).headers["x-app-rate-limit"] != "100:3600" {
                spoiled += 1
            }
            #expect((1..<40).contains(spoiled))
            let stats = await server.stats()
            #expect(stats.faults == [kind.rawValue: spoiled])
            #expect(stats.byStatus["closed", default: 0] == (kind == .lost ? spoiled : 0))
            #expect(await server.simulation.use().routes.first?.binding?.accepted == 40)
        }
    }
}
