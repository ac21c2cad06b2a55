import Testing

@testable import RiotSimulator

@Suite("Limits")
struct LimitTests {
    private let start = ContinuousClock.now

    private func book(_ application: String, match: String = "1000:10") throws -> LimitBook {
        try LimitBook(
            limits: RateLimits(application: RateLimit.list(application), methods: [.match: RateLimit.list(match)]),
            started: start
        )
    }

    private func admit(
        _ book: inout LimitBook,
        after milliseconds: Int,
        key: String = "k",
        route: String = "americas",
        method: SimulatedMethod = .match
    ) -> LimitBook.Admission {
        book.admit(key: key, route: route, method: method, at: start + .milliseconds(milliseconds))
    }

    private func isGranted(_ admission: LimitBook.Admission) -> Bool {
        if case .granted = admission { true } else { false }
    }

    @Test("exactly the limit passes, the next one does not", arguments: [1, 5, 20])
    func exactlyAtLimit(limit: Int) throws {
        var book = try book("\(limit):10")
        for number in 0..<limit { #expect(isGranted(admit(&book, after: number))) }
        guard case .refused(let type, _, let seconds, let headers) = admit(&book, after: limit) else {
            Issue.record("the request over the limit was let through")
            return
        }
        #expect(type == .application)
        #expect(seconds == 10)
        #expect(headers.applicationCount == "\(limit + 1):10")
    }

    @Test("a window opens with the first request and closes after its length, whenever the others came")
    func windowsAreFixed() throws {
        var book = try book("2:10")
        #expect(isGranted(admit(&book, after: 5000)))
        #expect(isGranted(admit(&book, after: 14_900)))
        #expect(!isGranted(admit(&book, after: 14_999)))
        #expect(isGranted(admit(&book, after: 15_000)))
        #expect(isGranted(admit(&book, after: 15_001)))
        #expect(!isGranted(admit(&book, after: 24_999)))
        #expect(isGranted(admit(&book, after: 25_000)))
    }

    @Test("Retry-After is rounded up to whole seconds")
    func retryAfter() throws {
        var book = try book("1:10")
        _ = admit(&book, after: 0)
        for (time, expected) in [(1, 10), (999, 10), (1000, 9), (1001, 9), (9001, 1), (9999, 1)] {
            guard case .refused(_, _, let seconds, _) = admit(&book, after: time) else {
                Issue.record("let through at \(time)")
                continue
            }
            #expect(seconds == expected, "at \(time)")
        }
    }

    @Test("every window of an application is kept")
    func severalWindows() throws {
        var book = try book("2:1,3:10")
        #expect(isGranted(admit(&book, after: 0)))
        #expect(isGranted(admit(&book, after: 1)))
        #expect(!isGranted(admit(&book, after: 2)))
        guard case .granted(let headers) = admit(&book, after: 1000) else {
            Issue.record("refused in a new window")
            return
        }
        #expect(headers.application == "2:1,3:10")
        #expect(headers.applicationCount == "1:1,3:10")
        guard case .refused(_, _, let seconds, _) = admit(&book, after: 2000) else {
            Issue.record("the long window let a fourth through")
            return
        }
        #expect(seconds == 8)
    }

    @Test("a method's limit holds beside the application's")
    func methods() throws {
        var book = try book("100:10", match: "2:10")
        #expect(isGranted(admit(&book, after: 0)))
        #expect(isGranted(admit(&book, after: 1)))
        guard case .refused(let type, _, _, let headers) = admit(&book, after: 2) else {
            Issue.record("the method's limit was not kept")
            return
        }
        #expect(type == .method)
        #expect(headers.method == "2:10")
        #expect(headers.methodCount == "3:10")
        #expect(headers.applicationCount == "3:10")
        #expect(isGranted(admit(&book, after: 3, method: .timeline)))
    }

    @Test("routes and keys are apart")
    func scopes() throws {
        var book = try book("1:10")
        #expect(isGranted(admit(&book, after: 0)))
        #expect(isGranted(admit(&book, after: 0, route: "europe")))
        #expect(isGranted(admit(&book, after: 0, key: "other")))
        #expect(!isGranted(admit(&book, after: 0)))
    }

    @Test("a change keeps what windows of the same length have counted, and when they opened")
    func changes() throws {
        var book = try book("3:10", match: "50:5")
        for number in 0..<2 { #expect(isGranted(admit(&book, after: number))) }
        book.change(
            to: RateLimits(application: try RateLimit.list("1:60,5:10"), methods: [.match: try RateLimit.list("4:5")])
        )
        guard case .granted(let headers) = admit(&book, after: 100) else {
            Issue.record("refused though nothing is full")
            return
        }
        #expect(headers.application == "1:60,5:10")
        #expect(headers.applicationCount == "1:60,3:10")
        #expect(headers.methodCount == "3:5")
        guard case .refused(.application, let window, let seconds, _) = admit(&book, after: 200) else {
            Issue.record("the new window let a second through")
            return
        }
        #expect(window == RateLimit(count: 1, seconds: 60))
        #expect(seconds == 60)
        // Lower than what has been counted: full until the window ends that was open before the change.
        book.change(to: RateLimits(application: try RateLimit.list("2:10"), methods: [:]))
        guard case .refused(.application, _, let left, _) = admit(&book, after: 9000) else {
            Issue.record("the window forgot what it had counted")
            return
        }
        #expect(left == 1)
        guard case .granted(let late) = admit(&book, after: 10_000) else {
            Issue.record("the window did not end when it should")
            return
        }
        #expect(late == LimitHeaders(application: "2:10", applicationCount: "1:10"))
    }

    @Test("without limits there are no headers")
    func noLimits() {
        var book = LimitBook(limits: .none)
        #expect(admit(&book, after: 0) == .granted(LimitHeaders()))
    }

    @Test("lists of limits are read as headers have them")
    func parsing() throws {
        #expect(try RateLimit.list("20:1,100:120").map(\.description) == ["20:1", "100:120"])
        for text in ["", "20", "20:", ":1", "a:1", "20:1,", "0:1", "20:0", "20:1,30:1", "-1:5", "20:1:3"] {
            #expect(throws: LimitSyntaxError.self, "\(text)") { try RateLimit.list(text) }
        }
    }
}
