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

    /// What is known of Redis.
    private struct Knowledge {
        /// How often it was seen to have lost something.
        var losses = 0
        /// After which of the losses the pauses were last brought to it.
        var pausesFor = -1
    }

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
        let knowledge = Lock(Knowledge())
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await forecaster.run() }
            group.addTask { try await reap() }
            group.addTask { try await watchRedis(knowledge, bell) }
            group.addTask { await reconcile(bells, knowledge) }
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
    private func watchRedis(_ knowledge: Lock<Knowledge>, _ bell: AsyncStream<Void>.Continuation) async throws {
        _ = try? await reconciler.queue.hasBeenForgotten()  // leaves the mark
        var connections = await reconciler.queue.connections()
        var round = 0
        while true {
            let before = knowledge.withLock(\.losses)
            if await attempt("pausing", { try await reconciler.mirrorPauses() }) {
                knowledge.withLock { $0.pausesFor = before }
                if round % Self.pauseRoundsPerReconciliation == 0 { bell.yield() }
                round += 1
            }
            if try await isLostUntilNextRound(knowledge, &connections) { round = 0 }
        }
    }

    /// Waits for the time of the next round, or until Redis is back, perhaps without the last writes or without all;
    /// true then.
    private func isLostUntilNextRound(_ knowledge: Lock<Knowledge>, _ connections: inout Int) async throws -> Bool {
        let end = ContinuousClock.now + Self.pauseInterval
        while ContinuousClock.now < end {
            try await Task.sleep(for: Self.emptinessInterval)
            guard let isEmpty = try? await reconciler.queue.hasBeenForgotten() else { continue }
            let before = connections
            connections = await reconciler.queue.connections()
            guard isEmpty || connections != before else { continue }
            knowledge.withLock { $0.losses += 1 }
            logger.notice("Redis is back: the ledger is looked at", metadata: ["was_emptied": "\(isEmpty)"])
            return true
        }
        return false
    }

    /// Looks at the ledger whenever it rings; a look during which Redis was emptied ends, because the next one is due.
    private func reconcile(_ bells: AsyncStream<Void>, _ knowledge: Lock<Knowledge>) async {
        for await _ in bells {
            let before = knowledge.withLock(\.losses)
            let goesOn = { knowledge.withLock { $0.losses == before && $0.pausesFor == before } }
            func look(_ what: String, _ body: () async throws -> Void) async {
                await attempt(what) {
                    if goesOn(), try await reconciler.queue.isRemembered() { try await body() }
                }
            }
            await look("reconciling") { try await reconciler.reconcile(while: goesOn) }
            await look("trying again") { try await reconciler.reopenAskedRetries() }
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

    /// Whether it succeeded; a round that fails is logged and made up for by the next one.
    @discardableResult
    private func attempt(_ what: String, _ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return true
        } catch is CancellationError {
            return false
        } catch {
            logger.warning("\(what) failed and is tried again", metadata: ["error": "\(error)"])
            return false
        }
    }
}
