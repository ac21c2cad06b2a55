import Logging
import Redis
import RiotClient
import RiotModels
import ServiceRuntime
import Storage
import SyncJobs

/// Writes down what every active task waits for and when it will be complete, for those who ask the gateway.
///
/// One orchestrator does this, the holder of the advisory lock.
struct TaskForecaster: Sendable {
    /// Time between two looks while there is work.
    static let interval = Duration.seconds(1)
    /// Time between two looks while there is none.
    static let idleInterval = Duration.seconds(2)
    /// The longest time between two looks; a forecast is told for 15 seconds.
    static let longestInterval = Duration.seconds(10)
    /// With tens of thousands of open items a look takes long: the pause after it is so many times as long.
    static let rest = 30

    let storage: Storage
    let limiter: RateLimiter
    let logger: Logger

    /// Runs until its task is cancelled.
    func run() async throws {
        var plan = ForecastPlan()
        var hadFailed = false
        while true {
            let began = ContinuousClock.now
            var isIdle = true
            do {
                let work = try await storage.openWork()
                isIdle = work.isEmpty
                if !isIdle {
                    let limits = await limits()
                    let pauses = Set(try await storage.queuePauses().keys)
                    try await storage.keepForecasts(
                        plan.forecasts(of: work, limits: limits, pauses: pauses, at: EpochTime.now())
                    )
                }
                hadFailed = false
            } catch is CancellationError {
                return
            } catch {
                if !hadFailed { logger.warning("waiting tasks are not told why", metadata: ["error": "\(error)"]) }
                hadFailed = true
            }
            let pause = min(Self.longestInterval, began.duration(to: .now) * Self.rest)
            try await Task.sleep(for: max(pause, isIdle ? Self.idleInterval : Self.interval))
        }
    }

    /// The live limits; nil when Redis is away.
    private func limits() async -> LimitsSnapshot? {
        do {
            return try await limiter.snapshot()
        } catch {
            logger.debug("the limits cannot be seen", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
