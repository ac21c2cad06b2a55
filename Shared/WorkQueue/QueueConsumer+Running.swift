import Logging
import Redis

/// The jobs that run: their end, their leases, and what happens to them when the consumer ends.
extension QueueConsumer {
    func start(_ job: WorkQueue.ClaimedJob, _ ticket: Ticket) {
        held.add(job)
        let task = Task {  // known to `held`, awaited by `letRunningJobsEnd`
            let outcome = await self.handle(job, ticket)
            // Shielded: a cancelled job is finished too.
            await Task(executorPreference: Self.executor) { await self.finish(job, outcome) }.value
            self.held.remove(job)
        }
        held.didStart(job, task)
    }

    /// Tells the queue how a job ended; tries for as long as the lease could last, or a moment while draining.
    private func finish(_ job: WorkQueue.ClaimedJob, _ outcome: WorkQueue.Outcome) async {
        let start = ContinuousClock.now
        var outage = OutageLog(logger)
        while true {
            do {
                let finished = try await queue.finish(job, worker: worker, outcome: outcome)
                outage.didSucceed()
                if finished == .lost {
                    logger.notice("a job was not ours any more when it ended", metadata: ["job": "\(job.id)"])
                }
                return
            } catch {
                let pause = outage.pause(after: error)
                let patience = held.isDraining ? timing.cancelGrace : timing.lease
                guard start.duration(to: .now) + pause < patience else { return }
                try? await Task.sleep(for: pause)
            }
        }
    }

    /// Renews the leases of what runs; cancels what is lost or what nobody wants any more.
    func beat() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: timing.heartbeat) } catch { return }
            let jobs = held.jobs
            guard !jobs.isEmpty else { continue }
            do {
                let (lost, cancelled) = try await queue.heartbeat(
                    lane: lane,
                    kind: kind,
                    worker: worker,
                    jobs: jobs,
                    lease: timing.lease
                )
                // A job that ended meanwhile is named as lost, but it is not held any more.
                let named = Set(lost + cancelled)
                held.cancel(jobs.filter { named.contains($0.id) })
            } catch {
                logger.debug("a heartbeat failed", metadata: ["reason": "\(error.message)"])
            }
        }
    }

    /// Running jobs get a budget, then they are cancelled; what does not end even then goes back over its head.
    func letRunningJobsEnd() async {
        await held.untilIdle(until: .now + timing.drainBudget)
        held.stop()
        await held.untilIdle(until: .now + timing.cancelGrace)
        for job in held.jobs {
            logger.warning("a job does not end and is given back", metadata: ["job": "\(job.id)"])
            await finish(job, .snooze(after: .zero, reason: "the worker stopped"))
            held.remove(job)
        }
    }
}
