import Testing

@testable import RiotClient

@Suite struct LimitForecastTests {
    private static func bucket(
        _ windows: [LimitsSnapshot.Window],
        stoppedFor: Int64 = 0,
        stoppedBy: String? = nil,
        method: String? = nil
    ) -> LimitsSnapshot.Bucket {
        LimitsSnapshot.Bucket(
            route: "europe",
            method: method,
            underWay: 0,
            stoppedFor: stoppedFor,
            stoppedBy: stoppedBy,
            windows: windows
        )
    }

    private static let hundred = LimitsSnapshot.Window(limit: 100, seconds: 120, used: 40, endsIn: 60_000)
    private static let twenty = LimitsSnapshot.Window(limit: 20, seconds: 1, used: 0, endsIn: 0)

    /// Requests, the windows, what is expected in milliseconds without latency.
    static let rows: [(count: Int, windows: [LimitsSnapshot.Window], milliseconds: Double)] = [
        (0, [hundred], 0), (60, [hundred], 0), (61, [hundred], 60_000), (160, [hundred], 60_000),
        (161, [hundred], 180_000), (360, [hundred], 300_000),
        (20, [twenty], 0), (21, [twenty], 1000), (100, [twenty], 4000),
        // Sixty at twenty a second, then the next hundred from the minute on.
        (60, [hundred, twenty], 2000), (100, [hundred, twenty], 61_000), (250, [hundred, twenty], 184_000),
        // What is left to another program is not ours.
        (60, [LimitsSnapshot.Window(limit: 100, seconds: 10, used: 40, endsIn: 4000, guarded: 6)], 4000),
        (1000, [], 0),
    ]

    @Test(arguments: rows)
    func countsWindows(count: Int, windows: [LimitsSnapshot.Window], milliseconds: Double) {
        #expect(LimitForecast([Self.bucket(windows)]).milliseconds(for: count, latency: 0) == milliseconds)
    }

    @Test func unknownLimitsHoldNothingUpAndAStopDoes() {
        #expect(LimitForecast([nil, nil]).milliseconds(for: 10, latency: 50) == 50)
        let stopped = Self.bucket([Self.twenty], stoppedFor: 7_000, stoppedBy: "service")
        #expect(LimitForecast([stopped]).milliseconds(for: 40, latency: 0) == 8_000)
    }

    @Test func systemsOwnPaceCountsWhereLimitsDoNot() {
        let wide = Self.bucket([LimitsSnapshot.Window(limit: 5000, seconds: 1, used: 0, endsIn: 0)])
        #expect(LimitForecast([wide]).milliseconds(for: 1000, perSecond: 100, latency: 0) == 10_000)
        #expect(
            LimitForecast([Self.bucket([Self.hundred])]).milliseconds(for: 161, perSecond: 100, latency: 0) > 180_000
        )
    }

    @Test func manyStepsEndInTheSlowestRate() {
        let one = Self.bucket([LimitsSnapshot.Window(limit: 1, seconds: 1, used: 0, endsIn: 0)])
        let time = LimitForecast([one]).milliseconds(for: 1_000_000, latency: 0)
        #expect((999_000_000.0...1_000_000_001).contains(time))
    }

    // MARK: the next request's wait

    private static func snapshot(_ buckets: [LimitsSnapshot.Bucket], isAccepted: Bool = true) -> LimitsSnapshot {
        LimitsSnapshot(
            key: .init(isAccepted: isAccepted, status: isAccepted ? nil : 401, nextProbeIn: isAccepted ? nil : 4_000),
            buckets: buckets
        )
    }

    private static func window(used: Int, endsIn: Int64) -> LimitsSnapshot.Window {
        LimitsSnapshot.Window(limit: 100, seconds: 120, used: used, endsIn: endsIn)
    }

    @Test(
        arguments: [
            (window(used: 100, endsIn: 43_250), 43_250), (window(used: 94, endsIn: 119_000), 0),
            // The last five melt over the first three quarters, 90 s of 120.
            (window(used: 95, endsIn: 120_000), 18_000), (window(used: 99, endsIn: 120_000), 90_000),
            (window(used: 99, endsIn: 30_000), 0), (window(used: 0, endsIn: 0), 0),
        ] as [(LimitsSnapshot.Window, Int64)]
    )
    func lastSlotsAreLeftToPeopleWhileTheWindowIsYoung(window: LimitsSnapshot.Window, wait: Int64) {
        #expect(window.backgroundWait == wait)
    }

    @Test func waitIsTheLongestWithItsReasonAndItsTime() throws {
        let application = Self.bucket([Self.window(used: 100, endsIn: 43_250), Self.twenty])
        let method = Self.bucket(
            [Self.window(used: 1, endsIn: 3)],
            stoppedFor: 50_000,
            stoppedBy: "service",
            method: "match"
        )
        let limits = Self.snapshot([application, method])
        let noon: Int64 = 1_764_244_800_000
        let timeline = try #require(limits.wait(route: "europe", method: .timeline, now: noon))
        #expect(timeline.reason == .application(route: "europe", limit: "100:120"))
        #expect(timeline.until == noon + 43_250)
        #expect(
            timeline.description
                == "Not before 12:00:43.250 UTC. The application limit 100:120 of europe is used up."
        )
        let match = try #require(limits.wait(route: "europe", method: .match, now: noon))
        #expect(match.reason == .blocked(route: "europe", method: .match, type: "service"))
        #expect(match.reason.waitingFor == "riot")
        #expect(limits.wait(route: "asia", method: .match, now: noon) == nil)
        let refused = Self.snapshot([application], isAccepted: false).wait(route: "asia", method: .match, now: noon)
        #expect(refused?.reason == .keyRejected(status: 401) && refused?.until == noon + 4_000)
    }
}
