import ArgumentParser
import Glibc
import Logging
import Redis
import RiotModels
import Storage
import SyncJobs
import WorkQueue

/// Figures of the queue alone, through the code that services use, against a Redis that writes its log of changes.
@main struct QueueBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "queue-benchmark")

    @Option(help: "URL of a Redis that is used for nothing else.")
    var redis: String

    @Option(help: "Jobs of one measurement.")
    var jobs = 10_000

    @Option(help: "Jobs that are put on the list one at a time, to measure how long a worker takes to notice.")
    var singles = 3_000

    @Option(help: "How often everything is measured; the best and the median are printed.")
    var rounds = 3

    func validate() throws {
        if jobs < 100 || singles < 100 || rounds < 1 { throw ValidationError("Too little to measure.") }
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)  // hiredis writes without MSG_NOSIGNAL
        var logger = Logger(label: "queue-benchmark")
        logger.logLevel = .warning
        let bench = Bench(address: try RedisAddress(parsing: redis), logger: logger)
        print("\(jobs) jobs, best and median of \(rounds) rounds")
        try await rates("enqueued, 500 a call", jobs) { try await bench.fill(jobs) }
        for (label, workers, batch) in [
            ("claimed and finished, 1 worker, one a claim", 1, 1),
            ("claimed and finished, 1 worker, ten a claim", 1, 10),
            ("claimed and finished, 8 workers, one a claim", 8, 1),
            ("claimed and finished, 8 workers, ten a claim", 8, 10),
        ] {
            try await rates(label, jobs) {
                _ = try await bench.fill(jobs)
                return try await bench.drain(workers: workers, batch: batch)
            }
        }
        let bytes = try await bench.bytesPerJob(jobs)
        print("memory of a waiting job in Redis: \(bytes) bytes")
        for round in 1...rounds {
            let delays = try await bench.delays(singles)
            print("list to an idle worker, round \(round): \(delays)")
        }
        await bench.close()
    }

    /// Prints how many per second the measurement says, which returns its own time.
    private func rates(_ label: String, _ count: Int, _ measure: () async throws -> Duration) async throws {
        var rates: [Double] = []
        for _ in 0..<rounds { rates.append(Double(count) / (try await measure() / .seconds(1))) }
        rates.sort()
        print("\(label): \(Int(rates[rates.count - 1])) a second, median \(Int(rates[rates.count / 2]))")
    }
}
