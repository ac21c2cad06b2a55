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

    /// The promise: 99 of 100 reads take at most that many milliseconds.
    private static let promised = 10.0

    @Option(help: "A libpq URI; an empty database is filled, one that holds just these matches is used as it is.")
    var database: String
    @Option(help: "Matches in the database.") var matches = 100_000
    @Option(help: "How many of them have their timeline.") var timelines = 10_000
    @Option(help: "Reads at a time.") var callers = 2
    @Option(help: "How often each read is run.") var runs = 400
    @Option(help: "How often all that is done; the best round of each read counts.") var rounds = 3
    @Option(help: "Only the reads whose name holds this text.") var only: String?
    @Flag(help: "Run each read once more with EXPLAIN (ANALYZE, BUFFERS) of its statement in the server's log.")
    var explain = false

    func validate() throws {
        guard matches > 0, (1...matches).contains(timelines), (1...64).contains(callers), runs > 0, rounds > 0 else {
            throw ValidationError("Numbers must be positive, and no more timelines than matches.")
        }
    }

    func run() async throws {
        let world = try BenchmarkWorld(matches: matches)
        let storage = try open(connections: max(callers, DatabaseBuilder.writers))
        let builder = DatabaseBuilder(storage: storage, scene: world, timelines: timelines)
        try await storage.migrate()
        print("\(world.world.title)")
        switch try await storage.pool.query("SELECT count(*) AS n FROM match").first?.int("n") {
        case 0: try await builder.build()
        case world.matches.count: break
        case let other:
            throw ValidationError("The database holds \(other ?? 0) other matches; name another one (--directory).")
        }
        let scene = try await ReadScene(storage: storage, world: world, timelines: builder.matchesWithTimeline)
        let failed = try await measure(scene)
        await storage.pool.close()
        if explain { try await explain(world, builder) }
        if !failed.isEmpty {
            print("Slower than \(Self.promised) ms at p99: \(failed.joined(separator: "; "))")
            throw ExitCode(1)
        }
    }

    /// Prints the table and returns the reads that took too long.
    private func measure(_ scene: ReadScene) async throws -> [String] {
        print("\(runs) runs of each read, \(callers) at a time; the best of \(rounds) rounds")
        print(Latencies.heading)
        var failed: [String] = []
        for read in chosen(scene) {
            var latencies = try await Latencies.measure(read, runs: runs, callers: callers)
            for _ in 1..<rounds {
                let others = try await Latencies.measure(read, runs: runs, callers: callers)
                if others.p99 < latencies.p99 { latencies = others }
            }
            print(latencies.line(read.name))
            if latencies.p99 > Self.promised { failed.append(read.name) }
        }
        for work in scene.upkeep where only == nil {
            print(try await Latencies.measure(work, runs: 40, callers: 1).line(work.name))
        }
        return failed
    }

    /// The plans of the statements as they are run, prepared and with parameters, not of copies of them.
    private func explain(_ world: BenchmarkWorld, _ builder: DatabaseBuilder) async throws {
        let storage = try open(connections: 1)
        let scene = try await ReadScene(storage: storage, world: world, timelines: builder.matchesWithTimeline)
        for setting in [
            "LOAD 'auto_explain'", "SET auto_explain.log_analyze = on", "SET auto_explain.log_buffers = on",
        ] {
            _ = try await storage.pool.query(SQL(trusted: setting))
        }
        for read in chosen(scene) {
            // The first five runs of a prepared statement have plans of their own.
            for number in 0..<6 { _ = try await read.run(number) }
            try await set("application_name", "explain: \(read.name)", storage)
            try await set("auto_explain.log_min_duration", "0", storage)
            _ = try await read.run(6)
            try await set("auto_explain.log_min_duration", "-1", storage)
            try await set("application_name", "reads-benchmark", storage)
        }
        await storage.pool.close()
    }

    private func chosen(_ scene: ReadScene) -> [MeasuredRead] {
        scene.reads.filter { read in only.map { read.name.contains($0) } ?? true }
    }

    private func set(_ name: String, _ value: String, _ storage: Storage) async throws {
        _ = try await storage.pool.query("SELECT set_config($1, $2, false)", [.text(name), .text(value)])
    }

    private func open(connections: Int) throws -> Storage {
        let logger = Logger(label: "reads-benchmark")
        let server = try PostgresConfiguration(url: database, applicationName: "reads-benchmark")
        let pool = PostgresPool(configuration: server, maximumConnections: connections, logger: logger)
        return Storage(pool: pool, keyScope: "default", logger: logger)
    }
}
