import Testing

@testable import RiotSimulator

@Suite("Use of the quota")
struct QuotaUseTests {
    struct Case: Sendable {
        let limit: RateLimit
        let openedAt: Int
        let until: Int
        let accepted: Int
        let second: Int
        let allowed: Int
        let share: Double

        init(_ limit: String, _ span: Range<Int>, _ accepted: Int, _ second: Int, of allowed: Int, _ share: Double) {
            let numbers = limit.split(separator: ":").compactMap { Int($0) }
            self.limit = RateLimit(count: numbers[0], seconds: numbers[1])
            openedAt = span.lowerBound
            until = span.upperBound
            self.accepted = accepted
            self.second = second
            self.allowed = allowed
            self.share = share
        }
    }

    @Test(
        "a window allows its limit once for every length begun since it opened first",
        arguments: [
            Case("100:10", 0..<1, 1, 0, of: 100, 0.01),
            Case("100:10", 0..<10_000, 100, 0, of: 100, 1),
            Case("100:10", 0..<10_001, 101, 0, of: 200, 0.505),
            Case("100:10", 0..<600_000, 5940, 0, of: 6000, 0.99),
            Case("100:10", 250..<600_250, 5940, 60, of: 6000, 1),
            Case("100:10", 250..<600_251, 4000, 2000, of: 6100, 6000.0 / 6100),
            Case("20:1", 999..<5999, 75, 0, of: 100, 0.75),
            Case("30000:600", 5..<60_005, 3000, 0, of: 30_000, 0.1),
        ]
    )
    func shares(known: Case) throws {
        let use = try #require(
            WindowUse(
                known.limit,
                method: nil,
                openedAt: known.openedAt,
                until: known.until,
                accepted: known.accepted,
                acceptedOfSecondProgram: known.second
            )
        )
        #expect(use.allowed == known.allowed)
        #expect(use.share == known.share)
    }

    @Test("nothing can be said before a window has opened", arguments: [499, 500])
    func beforeTheOpening(until: Int) {
        let use = WindowUse(
            RateLimit(count: 1, seconds: 1),
            method: nil,
            openedAt: 500,
            until: until,
            accepted: 0,
            acceptedOfSecondProgram: 0
        )
        #expect(use == nil)
    }

    private let start = ContinuousClock.now

    private func book(_ application: String, match: String = "1000:10") throws -> LimitBook {
        LimitBook(
            limits: RateLimits(
                application: try RateLimit.list(application),
                methods: [.match: try RateLimit.list(match), .timeline: try RateLimit.list("50:1")]
            ),
            started: start
        )
    }

    private func ask(
        _ book: inout LimitBook,
        at times: [Int],
        _ method: SimulatedMethod = .match,
        key: String = "k",
        route: String = "americas",
        by caller: LimitBook.Caller = .client
    ) {
        for time in times {
            _ = book.admit(key: key, route: route, method: method, by: caller, at: start + .milliseconds(time))
        }
    }

    @Test("what is full from opening to opening is used whole; the end can be chosen")
    func wholeWindows() throws {
        var book = try book("2:10", match: "4:30")
        ask(&book, at: [300, 301, 302, 10_300, 10_301, 20_299, 20_300])
        let use = try #require(book.use(until: nil).first)
        #expect(use.key == 1 && use.route == "americas")
        #expect(use.windows.map(\.method) == [nil, .match])
        let application = use.windows[0]
        #expect(application.openedAt == 300 && application.until == 10_302)
        #expect(application.accepted == 4 && application.allowed == 4 && application.share == 1)
        // The request at 20,300 passed the application's windows and was refused by the method's.
        let later = try #require(book.use(until: 20_301).first)
        #expect(later.windows[0].accepted == 4 && later.windows[0].allowed == 6)
        #expect(later.binding == later.windows[1])
        #expect(later.binding?.limit == 4 && later.binding?.seconds == 30)
        // A request of the last moment is not in it.
        let first = try #require(book.use(until: 10_300).first?.binding)
        #expect(first.accepted == 2 && first.allowed == 2 && first.share == 1)
        #expect(book.use(until: 300) == [RouteUse(key: 1, route: "americas", windows: [])])
    }

    @Test("both programs use the windows, and are told apart")
    func secondProgram() throws {
        var book = try book("10:10")
        ask(&book, at: [0, 1, 2, 3])
        ask(&book, at: [4, 5, 6, 7, 8, 9, 10], by: .secondProgram)
        let use = try #require(book.use(until: nil).first?.binding)
        #expect(use.accepted == 4 && use.acceptedOfSecondProgram == 6)
        #expect(use.allowed == 10 && use.share == 1)
    }

    @Test("routes, methods and keys are apart")
    func scopes() throws {
        var book = try book("10:10")
        ask(&book, at: [0, 5])
        ask(&book, at: [1, 2], .timeline)
        ask(&book, at: [3], route: "europe")
        ask(&book, at: [4], key: "other")
        let use = book.use(until: nil)
        #expect(use.map(\.key) == [1, 1, 2])
        #expect(use.map(\.route) == ["americas", "europe", "americas"])
        #expect(use[0].windows.map(\.method) == [nil, .match, .timeline])
        #expect(use[0].windows.map(\.accepted) == [4, 2, 2])
        #expect(use[0].windows.map(\.openedAt) == [0, 0, 1])
        #expect(use[1].windows.map(\.accepted) == [1, 1])
        #expect(use[2].windows.map(\.accepted) == [1, 1])
    }

    @Test("a window with another limit is measured from its next opening, the others go on")
    func changes() throws {
        var book = try book("10:10,100:60", match: "50:10")
        ask(&book, at: [0, 1])
        var limits = book.limits
        limits.application = try RateLimit.list("5:10,100:60")
        book.change(to: limits)
        ask(&book, at: [100])
        #expect(book.use(until: nil).first?.windows.map(\.seconds) == [60, 10])
        ask(&book, at: [10_000, 10_001])
        let windows = try #require(book.use(until: nil).first?.windows)
        #expect(windows.map(\.openedAt) == [10_000, 0, 0])
        #expect(windows.map(\.accepted) == [2, 5, 5])
        book.forgetUse()
        #expect(book.use(until: nil).isEmpty)
        ask(&book, at: [10_002])
        #expect(book.use(until: nil).first?.windows.isEmpty == true)
        ask(&book, at: [20_000, 20_001])
        #expect(book.use(until: nil).first?.windows.first?.accepted == 2)
    }

    @Test("nobody ever uses more than all of it", arguments: [1, 2, 3] as [UInt64])
    func bound(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var book = try book("7:1,30:7", match: "11:3")
        var time = 0
        for _ in 0..<5000 {
            time += random.int(0, 120)
            ask(&book, at: [time], random.chance(0.6) ? .match : .timeline)
            if random.chance(0.02) { time += random.int(0, 9000) }
        }
        for end in [nil, time, time / 2, time / 3] {
            let windows = try #require(book.use(until: end).first?.windows)
            #expect(windows.count == 4)
            #expect(windows.allSatisfy { $0.share <= 1 && $0.share > 0 })
        }
    }
}
