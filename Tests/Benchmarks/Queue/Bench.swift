import Logging
import Redis
import RiotModels
import Storage
import SyncJobs
import WorkQueue

/// A queue with jobs as syncs make them.
struct Bench: Sendable {
    private static let lane = "europe"
    private static let kind = FetchKind.match

    private let address: RedisAddress
    private let logger: Logger
    private let client: RedisClient
    private let queue: WorkQueue

    init(address: RedisAddress, logger: Logger) {
        self.address = address
        self.logger = logger
        client = RedisClient(address: address, name: "bench", logger: logger)
        queue = WorkQueue(redis: client, prefix: "riftsync:")
    }

    func close() async { await client.close() }

    private func jobs(_ count: Int) throws -> [WorkQueue.Job] {
        try (0..<count).map { Self.kind.job(try MatchID("EUW1_\(7_000_000_000 + $0)")) }
    }

    private func put(_ jobs: [WorkQueue.Job], seal: Bool) async throws {
        _ = try await queue.enqueue(
            lane: Self.lane,
            kind: Self.kind.rawValue,
            run: "0193e000-0000-7000-8000-000000000000",
            tenant: "0193e000-0000-7000-8000-000000000000",
            ring: .interactive,
            jobs: jobs,
            seal: seal
        )
    }

    /// Empties Redis and puts jobs on a list; how long the latter took.
    func fill(_ count: Int) async throws -> Duration {
        let jobs = try jobs(count)
        _ = try await client.send(["FLUSHALL"])
        let began = ContinuousClock.now
        try await put(jobs, seal: false)
        return began.duration(to: .now)
    }

    /// Claims and finishes everything, each worker with a connection of its own, as a process has.
    func drain(workers: Int, batch: Int) async throws -> Duration {
        let clients = (0..<workers).map { RedisClient(address: address, name: "worker-\($0)", logger: logger) }
        for client in clients { try await client.ping() }
        let began = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { group in
            for (place, client) in clients.enumerated() {
                let queue = WorkQueue(redis: client, prefix: "riftsync:")
                group.addTask { try await Self.work(queue, "worker-\(place)", batch) }
            }
        }
        let took = began.duration(to: .now)
        for client in clients { await client.close() }
        return took
    }

    private static func work(_ queue: WorkQueue, _ worker: String, _ batch: Int) async throws {
        while true {
            let claim = try await queue.claim(
                lane: lane,
                kind: kind.rawValue,
                worker: worker,
                maximum: batch,
                lease: .seconds(30),
                tenantCap: 0
            )
            guard case .jobs(let jobs, _) = claim else { return }
            try await withThrowingDiscardingTaskGroup { group in
                for job in jobs {
                    group.addTask { _ = try await queue.finish(job, worker: worker, outcome: .done(followUp: nil)) }
                }
            }
        }
    }

    /// What Redis needs for each of so many that wait, lists and run included.
    func bytesPerJob(_ count: Int) async throws -> Int {
        _ = try await client.send(["FLUSHALL"])
        let before = try await usedMemory()
        try await put(try jobs(count), seal: false)
        return (try await usedMemory() - before) / count
    }

    private func usedMemory() async throws -> Int {
        let text = try await client.send(["INFO", "memory"]).text ?? ""
        guard let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("used_memory:") }),
            let value = Int(line.dropFirst("used_memory:".count))
        else { throw MissingFigure(name: "used_memory") }
        return value
    }

    /// How long jobs that come one at a time wait on the list until a worker runs them.
    func delays(_ count: Int) async throws -> Delays {
        _ = try await client.send(["FLUSHALL"])
        let (started, starts) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
        let worker = RedisClient(address: address, name: "worker", logger: logger)
        let consumer = QueueConsumer<Void>(
            queue: WorkQueue(redis: worker, prefix: "riftsync:"),
            lane: Self.lane,
            kind: Self.kind.rawValue,
            worker: "worker",
            slots: 16,
            tenantCap: 0,
            maximumStalls: JobKind.match.retryPolicy.stalls,
            bell: RedisBell(address: address, name: "worker", logger: logger),
            logger: logger,
            acquire: { .ready(()) },
            release: { _ in },
            handle: { _, _ in
                starts.yield(.now)
                return .done(followUp: nil)
            },
            buried: { _ in true }
        )
        let running = Task { await consumer.run() }  // awaited below
        var delays: [Duration] = []
        var moments = started.makeAsyncIterator()
        for job in try jobs(count) {
            try await Task.sleep(for: .milliseconds(2))  // the worker waits for the bell again
            let began = ContinuousClock.now
            try await put([job], seal: false)
            guard let moment = await moments.next() else { break }
            delays.append(began.duration(to: moment))
        }
        consumer.drain()
        await running.value
        await worker.close()
        return Delays(delays)
    }
}

/// What Redis does not tell.
struct MissingFigure: Error {
    let name: String
}

/// Quantiles of some times.
struct Delays: CustomStringConvertible {
    private let sorted: [Duration]

    init(_ delays: [Duration]) { sorted = delays.sorted() }

    private func quantile(_ share: Double) -> String {
        let value = sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        return "\(Int((value / .microseconds(1)).rounded())) us"
    }

    var description: String { "p50 \(quantile(0.5)), p99 \(quantile(0.99)), longest \(quantile(1))" }
}
