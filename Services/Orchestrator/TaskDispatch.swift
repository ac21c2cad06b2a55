import RiotModels
import Redis
import Storage
import SyncJobs
import WorkQueue

/// Puts what a task wants on the lists: its own job first, then its matches and timelines, newest first.
struct TaskDispatch: Sendable {
    /// Tenant of what no task waits for.
    static let retryTenant = "retry"

    let queue: WorkQueue

    /// Queues the job that finds the player and lists his year; idempotent.
    func enqueuePlayer(_ task: SyncTask) async throws(RedisError) {
        _ = try await queue.enqueue(
            lane: lane(of: task),
            kind: PlayerJob.kind,
            run: task.id.text,
            tenant: task.id.text,
            ring: ring(of: task),
            jobs: [PlayerJob.job(task.id)],
            seal: false
        )
    }

    /// Queues what the ledger wants and seals the run, so that its end is announced.
    func enqueue(_ open: OpenItems, of task: SyncTask) async throws(RedisError) {
        let matches = Dictionary(grouping: open.matches) { $0.route.rawValue }
        let timelines = Dictionary(grouping: open.timelines) { $0.route.rawValue }
        for lane in Set(matches.keys).union(timelines.keys).union([lane(of: task)]) {
            // Timelines of matches that are stored go first, so that what is begun is finished.
            for (kind, ids) in [(FetchKind.timeline, timelines[lane] ?? []), (.match, matches[lane] ?? [])] {
                _ = try await queue.enqueue(
                    lane: lane,
                    kind: kind.rawValue,
                    run: task.id.text,
                    tenant: task.id.text,
                    ring: ring(of: task),
                    jobs: ids.map(kind.job),
                    seal: kind == .match
                )
            }
        }
    }

    /// Puts back what the ledger wants and Redis does not know; what is there is left alone.
    func reopen(_ open: OpenItems, of task: SyncTask) async throws(RedisError) {
        for (kind, ids) in [(FetchKind.timeline, open.timelines), (.match, open.matches)] {
            for (lane, ids) in Dictionary(grouping: ids, by: { $0.route.rawValue }) {
                _ = try await queue.reopen(
                    lane: lane,
                    kind: kind.rawValue,
                    run: task.id.text,
                    tenant: task.id.text,
                    ring: ring(of: task),
                    jobs: ids.map(kind.job)
                )
            }
        }
    }

    /// Puts back a task's own job when Redis does not know it.
    func reopenPlayer(_ task: SyncTask) async throws(RedisError) {
        _ = try await queue.reopen(
            lane: lane(of: task),
            kind: PlayerJob.kind,
            run: task.id.text,
            tenant: task.id.text,
            ring: ring(of: task),
            jobs: [PlayerJob.job(task.id)],
            seal: false
        )
    }

    /// Puts what is tried again by itself on the lists, behind what somebody waits for.
    ///
    /// Its run is of no task and never sealed, so its end is announced to nobody. A day has one run: asked for twice, a
    /// thing is queued once, and the counters of past days go away by themselves.
    func retry(_ due: OpenItems, at milliseconds: Int64) async throws(RedisError) {
        let run = "\(Self.retryTenant):\(milliseconds / 86_400_000)"
        for (kind, ids) in [(FetchKind.timeline, due.timelines), (.match, due.matches)] {
            for (lane, ids) in Dictionary(grouping: ids, by: { $0.route.rawValue }) {
                _ = try await queue.reopen(
                    lane: lane,
                    kind: kind.rawValue,
                    run: run,
                    tenant: Self.retryTenant,
                    ring: .background,
                    jobs: ids.map(kind.job),
                    seal: false
                )
            }
        }
    }

    /// Takes a task's jobs to the ring of those whom somebody waits for; what runs already goes on.
    ///
    /// The queue raises a job that a run wants again in a better ring. A timeline follows its match.
    func raise(_ task: SyncTask, _ open: OpenItems) async throws(RedisError) {
        if task.state == .progress { try await reopen(open, of: task) } else { try await reopenPlayer(task) }
    }

    private func ring(of task: SyncTask) -> WorkQueue.Ring { task.isBackground ? .background : .interactive }

    private func lane(of task: SyncTask) -> String { task.platform.matchRoute.rawValue }
}
