import Postgres
import RiotModels
import TestSupport
import Testing

@testable import Storage

@Suite(.timeLimit(.minutes(2))) struct ForecastStoreTests {
    @Test func openWorkIsCountedByTaskAndRoute() async throws {
        try await TaskStore.run { store in
            let listed = try await store.listed(["NA1_5", "NA1_4", "BR1_3", "OC1_2", "NA1_1"])
            let pending = try await store.start("Another", "NA1").task.id
            try await store.settle("NA1_4")
            try await store.storage.markUnavailable(.match, try MatchID("NA1_1"), reason: "not there")
            let work = try await store.storage.openWork()
            let ofListed = work.filter { $0.task == listed }
            let americas = ofListed.filter { $0.route == .americas }
            #expect(americas.map(\.matches).reduce(0, +) == 2 && americas.map(\.timelines).reduce(0, +) == 1)
            #expect(ofListed.filter { $0.route == .sea }.map(\.matches) == [1])
            #expect(ofListed.allSatisfy { $0.state == .progress && $0.step == .processingMatches })
            let waiting = work.filter { $0.task == pending }
            #expect(waiting.map(\.state) == [.pending] && waiting.map(\.route) == [nil])
        }
    }

    @Test func forecastsAreKeptForActiveTasksOnly() async throws {
        try await TaskStore.run { store in
            let active = try await store.start().task.id
            let over = try await store.start("Another", "NA1").task.id
            try await store.storage.taskDidFail(over, error: "no", problemType: "x", retryable: false)
            var forecasts = [active, over].map { TaskForecast(task: $0) }
            for index in forecasts.indices {
                forecasts[index].waitingFor = "quota"
                forecasts[index].waitingUntil = 1_750_000_000_123
                forecasts[index].waitingDetail = "Not before 12:00:00.123 UTC."
                forecasts[index].completeAt = 1_750_000_100_456
            }
            try await store.storage.keepForecasts(forecasts)
            let task = try #require(try await store.storage.task(active))
            #expect(task.waitingFor == "quota" && task.waitingUntil == 1_750_000_000_123)
            #expect(task.waitingDetail == "Not before 12:00:00.123 UTC." && task.completeAt == 1_750_000_100_456)
            #expect(task.forecastAt != nil)
            #expect(try await store.storage.task(over)?.forecastAt == nil)
            try await store.storage.keepForecasts([TaskForecast(task: active)])
            let cleared = try #require(try await store.storage.task(active))
            #expect(cleared.waitingFor == nil && cleared.waitingUntil == nil && cleared.completeAt == nil)
        }
    }
}
