import Logging
import Postgres
import Reactor
import RiotModels
import ServiceLifecycle
import Storage
import SyncJobs
import WorkQueue

/// Reaps, reconciles and forecasts while this orchestrator leads; another one takes over when its connection dies.
struct ReconcilerService: Service {
    /// Time between two looks at expired leases.
    static let reapInterval: Duration = .seconds(5)
    /// Time between two looks at the pauses.
    static let pauseInterval: Duration = .seconds(5)
    /// Looks at the pauses for one look at the ledger: 15 seconds.
    static let pauseRoundsPerReconciliation = 3
    /// Time between two looks for figures that lack a match.
    static let figuresInterval: Duration = .seconds(5)
    /// Years whose figures are computed again in one round; what is left is due in the next.
    static let staleYears = 20
    /// Time between two looks whether Redis has come back, or come back empty: then everybody waits for the ledger.
    static let emptinessInterval: Duration = .milliseconds(250)

    let configuration: PostgresConfiguration
    let reconciler: Reconciler
    let forecaster: TaskForecaster
    let logger: Logger

    func run() async throws {
        let leadership = PostgresLeadership(
            configuration: configuration,
            key: AdvisoryLock.reconciling.rawValue,
            name: "reaping and reconciling",
            logger: logger
        )
        do {
            try await cancelWhenGracefulShutdown {
                try await leadership.whileLeader { try await lead() }
            }
        } catch is CancellationError {
            return  // told to stop
        }
    }

    /// Reaping and the pauses do not wait for a look at the ledger, which takes long when much is open.
    private func lead() async throws {
        let (bells, bell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let losses = Lock(0)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await forecaster.run() }
            group.addTask { try await reap() }
            group.addTask { try await watchRedis(losses, bell) }
            group.addTask { await reconcile(bells, losses) }
            group.addTask { try await computeFigures() }
        }
    }

    private func reap() async throws {
        while true {
            for lane in RegionalRoute.allCases.map(\.rawValue) {
                for kind in JobKind.allCases {
                    await attempt("reaping") { try await reconciler.reap(lane: lane, kind: kind) }
                }
            }
            try await Task.sleep(for: Self.reapInterval)
        }
    }

    /// Keeps the pauses in Redis, and rings for a look at the ledger: at the start, every so often, and at once when
    /// Redis is back after an outage or was emptied, but not before the pauses are there again.
    private func watchRedis(_ losses: Lock<Int>, _ bell: AsyncStream<Void>.Continuation) async throws {
        var isAway = (try? await reconciler.queue.hasBeenForgotten()) == nil  // leaves the mark
        var round = 0
        while true {
            await attempt("pausing") { try await reconciler.mirrorPauses() }
            if round % Self.pauseRoundsPerReconciliation == 0 { bell.yield() }
            round += 1
            guard try await isBackUntilNextRound(&isAway) else { continue }
            losses.withLock { $0 += 1 }
            round = 0
        }
    }

    /// Waits for the time of the next round, or until Redis is back, perhaps without the last writes or without all;
    /// true then.
    private func isBackUntilNextRound(_ isAway: inout Bool) async throws -> Bool {
        let end = ContinuousClock.now + Self.pauseInterval
        while ContinuousClock.now < end {
            try await Task.sleep(for: Self.emptinessInterval)
            do {
                let isEmpty = try await reconciler.queue.hasBeenForgotten()
                guard isEmpty || isAway else { continue }
                isAway = false
                logger.notice(
                    "Redis is back: the ledger is looked at",
                    metadata: ["came_back": isEmpty ? "empty" : "after an outage"]
                )
                return true
            } catch {
                isAway = true
            }
        }
        return false
    }

    /// Looks at the ledger whenever it rings; a look during which Redis was emptied ends, because the next one is due.
    private func reconcile(_ bells: AsyncStream<Void>, _ losses: Lock<Int>) async {
        for await _ in bells {
            let before = losses.withLock { $0 }
            await attempt("reconciling") {
                guard try await reconciler.queue.isRemembered() else { return }
                try await reconciler.reconcile { losses.withLock { $0 } == before }
            }
            await attempt("trying again") {
                guard try await reconciler.queue.isRemembered() else { return }
                try await reconciler.reopenAskedRetries()
            }
        }
    }

    private func computeFigures() async throws {
        while true {
            await attempt("computing figures again") {
                let years = try await reconciler.storage.recomputeStaleStats(limit: Self.staleYears)
                if years > 0 { logger.info("figures of years are up to date", metadata: ["years": "\(years)"]) }
            }
            try await Task.sleep(for: Self.figuresInterval)
        }
    }

    /// A round that fails is logged and made up for by the next one.
    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
            return
        } catch {
            logger.warning("\(what) failed and is tried again", metadata: ["error": "\(error)"])
        }
    }
}
