import Glibc
import Logging
import Postgres
import Storage

/// Our side of the benchmarks of storage; `rounds.py` and `size.py` start it, measure it and print the figures.
///
///     storage-benchmark migrate DATABASE-URL
///     storage-benchmark load DATABASE-URL DIRECTORY TASKS
///     storage-benchmark decode DIRECTORY
///     storage-benchmark simulate DIRECTORY MATCHES
///
/// A directory holds `matches/ID.json.gz` and `timelines/ID.json.gz`. The answer is a line of JSON.
@main struct StorageBenchmark {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "migrate" where arguments.count == 2:
            try await withStorage(arguments[1]) { try await $0.migrate() }
        case "load" where arguments.count == 4:
            guard let tasks = Int(arguments[3]), tasks > 0 else { throw BenchmarkFailed.usage }
            let bodies = try RecordedBodies(directory: arguments[2])
            let began = ContinuousClock.now
            // Matches and timelines have a worker each, with connections of its own.
            let count = try await withStorage(arguments[1]) { matches in
                try await withStorage(arguments[1]) { timelines in
                    try await bodies.store(matches: matches, timelines: timelines, tasks: tasks)
                }
            }
            print("{\"bodies\": \(count), \"seconds\": \(began.duration(to: .now) / .seconds(1))}")
        case "decode" where arguments.count == 2:
            let bodies = try RecordedBodies(directory: arguments[1])
            let (count, seconds) = try bodies.decode()
            print("{\"bodies\": \(count), \"decoding\": \(seconds)}")
        case "simulate" where arguments.count == 3:
            guard let matches = Int(arguments[2]), matches > 0 else { throw BenchmarkFailed.usage }
            try SimulatedBodies(matches: matches).write(to: arguments[1])
        default: throw BenchmarkFailed.usage
        }
    }

    private static func withStorage<R: Sendable>(
        _ url: String,
        _ body: (Storage) async throws -> R
    ) async throws -> R {
        var logger = Logger(label: "storage-benchmark")
        logger.logLevel = .warning
        let configuration = try PostgresConfiguration(url: url, applicationName: "storage-benchmark")
        // As many connections as a worker has.
        let pool = PostgresPool(configuration: configuration, maximumConnections: 4, logger: logger)
        do {
            let result = try await body(Storage(pool: pool, keyScope: "default", logger: logger))
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }
}

/// CPU that this process has used, in seconds.
func processSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Why there is no figure.
struct BenchmarkFailed: Error, CustomStringConvertible {
    static let usage = BenchmarkFailed(message: "the arguments are not those that the source says")
    var message: String
    var description: String { message }
}
