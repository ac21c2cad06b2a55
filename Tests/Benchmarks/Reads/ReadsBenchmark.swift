import ArgumentParser
import Logging
import Postgres
import RiotModels
import RiotSimulator
import Storage

/// Fills a database with simulated matches and measures the reads of the HTTP API on it.
@main struct ReadsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reads-benchmark",
        abstract: "Fills a database with simulated matches and measures the reads of the HTTP API on it."
    )

    @Option(help: "A libpq URI of a server; the database is made when it is missing, and kept.")
    var database: String
    @Option(help: "Matches in the database.") var matches = 100_000
    @Option(help: "How many of them have their timeline.") var timelines = 10_000
    @Option(help: "Reads at a time.") var callers = 2
    @Option(help: "How often each read is run.") var runs = 400
    @Flag(help: "Run every statement once more with EXPLAIN (ANALYZE, BUFFERS) into the server's log.")
    var explain = false

    func validate() throws {
        guard matches > 0, (0...matches).contains(timelines), (1...64).contains(callers), runs > 0 else {
            throw ValidationError("Numbers must be positive, and no more timelines than matches.")
        }
    }

    func run() async throws {
        let scene = try BenchmarkWorld(matches: matches)
        print("\(scene.world.title); \(scene.matches.count) matches to hold")
        let storage = try await openDatabase()
        try await DatabaseBuilder(storage: storage, scene: scene, timelines: timelines).build()
        await storage.pool.close()
    }

    private func openDatabase() async throws -> Storage {
        let logger = Logger(label: "reads-benchmark")
        let server = try PostgresConfiguration(url: database, applicationName: "reads-benchmark")
        let pool = PostgresPool(configuration: server, maximumConnections: 8, logger: logger)
        let storage = Storage(pool: pool, keyScope: "default", logger: logger)
        try await storage.migrate()
        return storage
    }
}
