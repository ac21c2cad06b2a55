import Postgres

/// A task with its counts, read in one snapshot: what the HTTP API and `sync.status` tell.
public struct TaskStatus: Sendable {
    /// The task.
    public let task: SyncTask
    /// What the ledger says; nil before the list is known.
    public let counts: TaskCounts?
    /// When Riot began to refuse the key, epoch milliseconds; nil when it does not.
    public let keyRejectedAt: Int64?
    /// Epoch milliseconds of the database's clock at the time of reading.
    public let readAt: Int64

    /// Percent done, 0 to 100: it never falls, because what is settled stays settled and the total only shrinks.
    public var progress: Int {
        if task.state == .success { return 100 }
        return counts?.progress ?? 0
    }

    /// What the task waits for; a rejected key comes before everything else.
    public var waitingFor: String? {
        guard !task.state.isFinal else { return nil }
        if keyRejectedAt != nil { return "key" }
        if let until = task.waitingUntil, until < readAt { return nil }
        return task.waitingFor
    }

    /// A forecast that was made longer ago than this, in milliseconds, is not told any more.
    private static let forecastLifetime: Int64 = 15_000

    /// Seconds that are left: by the last forecast, else at the pace so far; nil while nothing can be said.
    public var etaSeconds: Int? {
        guard !task.state.isFinal else { return nil }
        if let made = task.forecastAt, readAt - made < Self.forecastLifetime {
            return task.completeAt.map { Int((Double(max(0, $0 - readAt)) / 1000).rounded(.up)) }
        }
        return etaAtThePaceSoFar
    }

    private var etaAtThePaceSoFar: Int? {
        guard let counts, let listedAt = task.listedAt, !task.state.isFinal, counts.total > counts.processed else {
            return nil
        }
        let done = counts.processed - counts.existing
        guard done > 0, readAt > listedAt else { return nil }
        let millisecondsEach = Double(readAt - listedAt) / Double(done)
        return Int((millisecondsEach * Double(counts.total - counts.processed) / 1000).rounded(.up))
    }

    /// Whole seconds from the first work to the end, or to now.
    public var durationSeconds: Int {
        Int(((task.finishedAt ?? readAt) - (task.startedAt ?? task.queuedAt)) / 1000)
    }

    /// Requests to Riot that this task cost: account, summoner, pages, and the answers that settled its matches.
    public var riotRequests: Int { task.listRequests + (counts?.requests ?? 0) }
}
