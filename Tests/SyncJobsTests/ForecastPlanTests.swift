import RiotClient
import RiotModels
import Storage
import Testing

@testable import SyncJobs

@Suite struct ForecastPlanTests {
    private static let now: Int64 = 1_764_244_800_000

    private let tasks: [TaskID]

    init() throws {
        tasks = try (1...3).map { try #require(TaskID("0193a1b2-0000-7000-8000-00000000000\($0)")) }
    }

    /// Limits of `americas`, as the orchestrator reads them.
    private func limits(used: Int, endsIn: Int64, key: Bool = true) throws -> LimitsSnapshot {
        LimitsSnapshot(
            key: LimitsSnapshot.Key(isAccepted: key, status: key ? nil : 403, nextProbeIn: key ? nil : 9_000),
            buckets: [
                LimitsSnapshot.Bucket(
                    route: "americas",
                    method: nil,
                    underWay: 0,
                    stoppedFor: 0,
                    stoppedBy: nil,
                    windows: [LimitsSnapshot.Window(limit: 100, seconds: 120, used: used, endsIn: endsIn)]
                )
            ]
        )
    }

    private func work(
        _ task: TaskID,
        _ step: SyncTask.Step = .processingMatches,
        matches: Int = 0,
        timelines: Int = 0,
        route: RegionalRoute? = .americas
    ) -> OpenWork {
        OpenWork(
            task: task,
            state: step == .processingMatches ? .progress : .started,
            step: step,
            platform: .na1,
            route: route,
            matches: matches,
            timelines: timelines
        )
    }

    private func seconds(_ forecast: TaskForecast) -> Int64? { forecast.completeAt.map { ($0 - Self.now) / 1000 } }

    @Test func smallTaskIsNotSaidToWaitForTheLargeOne() throws {
        var plan = ForecastPlan()
        let forecasts = plan.forecasts(
            of: [work(tasks[0], matches: 700), work(tasks[1], matches: 10)],
            limits: try limits(used: 0, endsIn: 0),
            at: Self.now
        )
        // Twenty requests of each of the two pass at once; 1,420 take fourteen windows more.
        #expect(seconds(forecasts[1]) == 0)
        #expect(seconds(forecasts[0]) == 1681)  // a tenth of a second late at each
        #expect(forecasts.allSatisfy { $0.waitingFor == nil })
    }

    @Test func fullWindowIsWhatIsWaitedFor() throws {
        var plan = ForecastPlan()
        let forecasts = plan.forecasts(
            of: [work(tasks[0], matches: 5), work(tasks[1], .fetchingMatches, route: nil)],
            limits: try limits(used: 100, endsIn: 43_250),
            at: Self.now
        )
        for forecast in forecasts {
            #expect(forecast.waitingFor == "quota")
            #expect(forecast.waitingUntil == Self.now + 43_250)
            #expect(forecast.waitingDetail?.contains("application limit 100:120 of americas") == true)
        }
        #expect(seconds(forecasts[0]) == 43)
        #expect(forecasts[1].completeAt == nil)  // nobody knows yet how many matches there are
    }

    @Test func oneRoutesLimitIsNotSaidOfTheOther() throws {
        var plan = ForecastPlan()
        let forecasts = plan.forecasts(
            of: [work(tasks[0], matches: 5), work(tasks[0], matches: 5, route: .sea), work(tasks[1], matches: 5)],
            limits: try limits(used: 100, endsIn: 60_000),
            at: Self.now
        )
        #expect(forecasts[0].waitingFor == nil)  // its matches in the other region go on
        #expect(seconds(forecasts[0]) == 60)
        #expect(forecasts[1].waitingFor == "quota")
    }

    @Test func refusedKeyAndAbsentRedisAreSaidAndPromiseNothing() throws {
        var plan = ForecastPlan()
        let open = [work(tasks[0], matches: 5)]
        let refused = plan.forecasts(of: open, limits: try limits(used: 0, endsIn: 0, key: false), at: Self.now)[0]
        #expect(refused.waitingFor == "key" && refused.waitingUntil == Self.now + 9_000 && refused.completeAt == nil)
        // The probe is out: still the key, and nobody knows until when.
        var probing = try limits(used: 0, endsIn: 0, key: false)
        probing.key.nextProbeIn = 0
        let unsure = plan.forecasts(of: open, limits: probing, at: Self.now)[0]
        #expect(unsure.waitingFor == "key" && unsure.waitingUntil == nil)
        let absent = plan.forecasts(of: open, limits: nil, at: Self.now)[0]
        #expect(absent.waitingFor == "queue" && absent.completeAt == nil)
    }

    // MARK: Pauses

    private func forecast(
        _ rows: [OpenWork],
        _ paused: [(JobKind, RegionalRoute)],
        used: Int = 0,
        endsIn: Int64 = 0
    ) throws -> TaskForecast {
        var plan = ForecastPlan()
        let places = paused.map { QueuePlace(kind: $0.0.rawValue, lane: $0.1.rawValue) }
        return plan.forecasts(
            of: rows,
            limits: try limits(used: used, endsIn: endsIn),
            pauses: Set(places),
            at: Self.now
        )[0]
    }

    @Test func aTaskWithNothingButPausedWorkWaitsForTheQueue() throws {
        let all = try forecast(
            [work(tasks[0], matches: 5, timelines: 3)],
            [(.match, .americas), (.timeline, .americas), (.player, .europe)],
            used: 100,
            endsIn: 60_000
        )
        #expect(all.waitingFor == "queue" && all.waitingUntil == nil && all.completeAt == nil)
        #expect(
            all.waitingDetail
                == "An operator has paused match and timeline jobs at americas; work goes on when they are resumed."
        )
        let list = try forecast([work(tasks[0], .fetchingSummoner, route: nil)], [(.player, .americas)])
        #expect(list.waitingFor == "queue" && list.waitingDetail?.contains("paused player jobs at americas") == true)
    }

    @Test func workThatIsNotPausedIsWhatIsWaitedFor() throws {
        let open = try forecast([work(tasks[0], matches: 5, timelines: 3)], [(.match, .americas)])
        #expect(open.waitingFor == nil && open.completeAt == nil)  // nobody knows when the matches go on
        let limited = try forecast(
            [work(tasks[0], matches: 5, timelines: 3)],
            [(.match, .americas)],
            used: 100,
            endsIn: 43_250
        )
        #expect(limited.waitingFor == "quota" && limited.waitingUntil == Self.now + 43_250)
        let elsewhere = try forecast([work(tasks[0], matches: 5)], [(.match, .sea), (.player, .americas)])
        #expect(elsewhere.waitingFor == nil && elsewhere.completeAt != nil)
    }

    @Test func ownPaceIsMeasuredWhereNoLimitHolds() throws {
        var plan = ForecastPlan()
        let wide = LimitsSnapshot(key: LimitsSnapshot.Key(isAccepted: true), buckets: [])
        for second in 0..<10 {
            _ = plan.forecasts(
                of: [work(tasks[0], matches: 1000 - 50 * second)],
                limits: wide,
                at: Self.now + Int64(second) * 1000
            )
        }
        // A hundred requests a second, and 1,000 are left.
        let forecast = plan.forecasts(of: [work(tasks[0], matches: 500)], limits: wide, at: Self.now + 10_000)[0]
        #expect(forecast.completeAt == Self.now + 10_000 + 10_100)
    }
}
