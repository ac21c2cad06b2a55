import RiotClient

/// Sends requests through the engine alone, from as many tasks as there are connections.
///
///     transport-benchmark URL REQUESTS CONNECTIONS
@main struct TransportBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let count = Int(arguments[2]), let connections = Int(arguments[3]) else {
            throw BenchmarkFailed(message: "usage: transport-benchmark URL REQUESTS CONNECTIONS")
        }
        let request = HTTPRequest(
            url: arguments[1],
            key: try RiotKey("RGAPI-benchmark"),
            userAgent: "riftsync",
            connectTimeout: .seconds(3),
            timeout: .seconds(10),
            bodyLimit: 8 * 1024 * 1024
        )
        let engine = HTTPEngine(name: "riot-http")
        try await withThrowingTaskGroup { group in
            for task in 0..<connections {
                group.addTask {
                    for _ in stride(from: task, to: count, by: connections) {
                        let response = try await engine.perform(request)
                        guard response.status == 200, !response.body.isEmpty else {
                            throw BenchmarkFailed(message: "status \(response.status)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let counters = engine.counters
        guard counters.requests == count, counters.connectionsOpened <= connections else {
            throw BenchmarkFailed(message: "\(counters.connectionsOpened) connections, \(counters.requests) requests")
        }
        await engine.shutdown()
    }
}

/// Why there is no figure.
struct BenchmarkFailed: Error, CustomStringConvertible {
    var message: String
    var description: String { message }
}
