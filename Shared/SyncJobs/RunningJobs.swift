import JSONRPC
import Reactor
import WorkQueue

/// The jobs that a worker has taken from the queue and runs at this moment.
final class RunningJobs: Sendable {
    private struct State {
        var jobs: [UInt64: (job: WorkQueue.ClaimedJob, since: ContinuousClock.Instant)] = [:]
        var last: UInt64 = 0
    }

    private let state = Lock(State())

    /// Runs `body`, and knows the job meanwhile.
    func during<Result>(_ job: WorkQueue.ClaimedJob, _ body: () async -> Result) async -> Result {
        // A job that was lost and claimed anew runs twice for a moment, so its id is not enough.
        let number = state.withLock { state in
            state.last += 1
            state.jobs[state.last] = (job, .now)
            return state.last
        }
        defer { state.withLock { $0.jobs[number] = nil } }
        return await body()
    }

    /// What runs, the oldest first.
    func list(at now: ContinuousClock.Instant = .now) -> [RunningJob] {
        state.withLock(\.jobs).sorted { $0.key < $1.key }
            .map { _, entry in RunningJob(entry.job, for: entry.since.duration(to: now)) }
    }
}

/// One entry of what `worker.jobs` answers.
struct RunningJob: Encodable, Sendable, Equatable {
    /// The job's id in the queue, such as `match:NA1_5012345678`.
    let job: String
    /// The routing region whose lists it came from.
    let lane: String
    /// This attempt's number, from 1.
    let attempt: Int
    /// How often a worker was lost while it held this job.
    let stalls: Int
    /// Time since it was taken.
    let runningMilliseconds: Int64

    private enum CodingKeys: String, CodingKey {
        case job, lane, attempt, stalls
        case runningMilliseconds = "running_ms"
    }

    init(_ job: WorkQueue.ClaimedJob, for duration: Duration) {
        self.job = job.id
        lane = job.lane
        attempt = job.attempt
        stalls = job.stalls
        runningMilliseconds = Int64(duration / .milliseconds(1))
    }
}

/// Adds `worker.jobs`: what this process does, for whoever wonders why it is busy or does not end.
func addJobMethods(to table: inout MethodTable, running: RunningJobs) {
    table.add(
        "worker.jobs",
        summary: "The jobs that this worker has taken from the queue and runs now, the oldest first.",
        parameters: []
    ) { (_: NoParameters, _) in running.list() }
}
