import Redis
import TestSupport

@testable import WorkQueue

/// A queue of its own for one test, with the words that the tests use most.
struct QueueCorner: Sendable {
    let redis: TestRedis
    let client: RedisClient
    let queue: WorkQueue
    let lane = "europe"

    init(_ redis: TestRedis, _ client: RedisClient) {
        self.redis = redis
        self.client = client
        self.queue = WorkQueue(redis: client, prefix: redis.prefix)
    }

    var keys: String { "\(redis.prefix)lq:{\(lane)}:" }

    static func jobs(_ ids: some Sequence<String>) -> [WorkQueue.Job] {
        ids.map { WorkQueue.Job(id: $0, payload: "payload of \($0)") }
    }

    @discardableResult
    func enqueue(
        _ run: String,
        _ ids: some Sequence<String>,
        kind: String = "match",
        ring: WorkQueue.Ring = .interactive,
        seal: Bool = false
    ) async throws -> WorkQueue.Enqueued {
        try await queue.enqueue(
            lane: lane,
            kind: kind,
            run: run,
            tenant: run,
            ring: ring,
            jobs: Self.jobs(ids),
            seal: seal
        )
    }

    @discardableResult
    func reopen(_ run: String, _ ids: some Sequence<String>, kind: String = "match") async throws -> WorkQueue.Enqueued
    {
        try await queue.reopen(
            lane: lane,
            kind: kind,
            run: run,
            tenant: run,
            ring: .interactive,
            jobs: Self.jobs(ids)
        )
    }

    func claim(
        _ worker: String = "w1",
        _ maximum: Int = 1,
        kind: String = "match",
        cap: Int = 0
    ) async throws -> [WorkQueue.ClaimedJob] {
        let claim = try await queue.claim(
            lane: lane,
            kind: kind,
            worker: worker,
            maximum: maximum,
            lease: .seconds(30),
            tenantCap: cap
        )
        if case .jobs(let jobs, _) = claim { return jobs }
        return []
    }

    func finish(
        _ job: WorkQueue.ClaimedJob,
        _ worker: String = "w1",
        _ outcome: WorkQueue.Outcome = .done(followUp: nil)
    ) async throws -> WorkQueue.Finished {
        try await queue.finish(job, worker: worker, outcome: outcome)
    }

    /// Jobs that stall again come back an hour apart: in a test a delay ends when it says so.
    func reap(_ deadWorker: String? = nil, kind: String = "match", stalls: Int = 3) async throws -> WorkQueue.Reaped {
        try await queue.reap(
            lane: lane,
            kind: kind,
            limit: 500,
            maximumStalls: stalls,
            deadWorker: deadWorker.map { .process(nil, of: $0) },
            spacing: .seconds(3_600)
        )
    }

    func depth(_ kind: String = "match") async throws -> WorkQueue.Depth {
        try await queue.depth(lane: lane, kind: kind)
    }

    func progress(_ run: String) async throws -> WorkQueue.Progress? { try await queue.progress(lane: lane, run: run) }

    /// As if the leases of all running jobs had ended, without waiting for it.
    func endLeases(kind: String = "match") async throws {
        let key = RedisArgument("\(keys)\(kind):lease")
        for id in try await client.send(["ZRANGE", key, 0, -1]).array ?? [] {
            _ = try await client.send(["ZADD", key, 0, RedisArgument(id.text ?? "")])
        }
    }

    /// As if all delayed jobs were due, without waiting for it.
    func endDelays(kind: String = "match") async throws {
        let key = RedisArgument("\(keys)\(kind):delay")
        for id in try await client.send(["ZRANGE", key, 0, -1]).array ?? [] {
            _ = try await client.send(["ZADD", key, 0, RedisArgument(id.text ?? "")])
        }
    }
}

/// Runs a test in a corner of its own, and removes it afterwards.
func withQueue(_ body: (QueueCorner) async throws -> Void) async throws {
    try await withTestRedis { redis, client in try await body(QueueCorner(redis, client)) }
}
