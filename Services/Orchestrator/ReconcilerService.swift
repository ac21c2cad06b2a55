import Logging
import Postgres
import RiotModels
import ServiceLifecycle
import Storage
import SyncJobs
import WorkQueue

/// Reaps, reconciles and forecasts while this orchestrator leads; another one takes over when its connection dies.
struct ReconcilerService: Service {
    /// Key of PostgreSQL's advisory lock that the leader holds.
    static let leadershipKey: Int64 = 0x7269_6674_0001
    /// Time between two looks at expired leases.
    static let reapInterval: Duration = .seconds(5)
    /// Looks at leases for one look at the ledger: 15 seconds.
    static let reapsPerReconciliation = 3
    /// Years whose figures are computed again in one round; what is left is due in the next.
    static let staleYears = 20
    /// Time between two looks whether Redis has come back empty: then everybody waits for the ledger.
    static let emptinessInterval: Duration = .milliseconds(250)

    let configuration: PostgresConfiguration
    let reconciler: Reconciler
    let forecaster: TaskForecaster
    let logger: Logger

    func run() async throws {
        let leadership = PostgresLeadership(
            configuration: configuration,
            key: Self.leadershipKey,
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

    private func lead() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await forecaster.run() }
            group.addTask { try await reapAndReconcile() }
        }
    }

    private func reapAndReconcile() async throws {
        var round = 0
        // Leaves the mark if Redis is there; the first round looks at the ledger in any case.
        var isEmptied = (try? await reconciler.queue.hasBeenForgotten()) ?? true
        while !Task.isCancelled {
            await attempt("pausing") { try await reconciler.mirrorPauses() }
            if isEmptied || round % Self.reapsPerReconciliation == 0 {
                await attempt("reconciling") { try await reconciler.reconcile() }
                await attempt("trying again") { try await reconciler.reopenAskedRetries() }
            }
            for lane in RegionalRoute.allCases.map(\.rawValue) {
                for kind in JobKind.allCases {
                    await attempt("reaping") { try await reconciler.reap(lane: lane, kind: kind) }
                }
            }
            await attempt("computing figures again") {
                let years = try await reconciler.storage.recomputeStaleStats(limit: Self.staleYears)
                if years > 0 { logger.info("figures of years are up to date", metadata: ["years": "\(years)"]) }
            }
            round += 1
            isEmptied = try await waitForNextRound()
        }
    }

    /// Waits for the time of the next round, or until Redis has come back empty; true then.
    private func waitForNextRound() async throws -> Bool {
        let end = ContinuousClock.now + Self.reapInterval
        while ContinuousClock.now < end {
            try await Task.sleep(for: Self.emptinessInterval)
            if (try? await reconciler.queue.hasBeenForgotten()) == true { return true }
        }
        return false
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
