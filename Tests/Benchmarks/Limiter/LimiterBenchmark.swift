import CoreMetrics
import Glibc
import Logging
import Redis
import ServiceRuntime

/// One process of the limiter's benchmark; `rounds.py` starts it, measures it and prints the figures.
///
/// It says when it is ready, goes on with the next line of its standard input, and answers with a line of JSON.
///
///     limiter-benchmark fill REDIS PREFIX COUNTS LIMITS answered|unheard PERMITS
///     limiter-benchmark ask REDIS PREFIX COUNTS LIMITS ping|settle|return|refused ASKERS SECONDS
///     limiter-benchmark wait REDIS PREFIX BASE-URL REQUESTS LINES
///     limiter-benchmark sleep TASKS
@main struct LimiterBenchmark {
    static func main() async throws {
        signal(SIGPIPE, SIG_IGN)  // hiredis writes without MSG_NOSIGNAL
        MetricsSystem.bootstrap(MetricsRegistry())  // what every permit costs in a service, too
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "fill" where arguments.count == 7:
            guard let count = Int(arguments[6]) else { throw BenchmarkFailed.usage }
            let scene = try Scene(arguments)
            try await scene.fill(count, isAnswered: arguments[5] == "answered")
            await scene.redis.close()
        case "ask" where arguments.count == 8:
            guard let question = Question(rawValue: arguments[5]), let askers = Int(arguments[6]),
                let seconds = Double(arguments[7])
            else { throw BenchmarkFailed.usage }
            let scene = try Scene(arguments)
            try await scene.redis.ping()
            waitForWord(after: "ready")
            print(try await scene.ask(question, askers: askers, for: .seconds(seconds)))
            await scene.redis.close()
        case "wait" where arguments.count == 6:
            guard let count = Int(arguments[4]), let lines = Int(arguments[5]) else { throw BenchmarkFailed.usage }
            try await WaitingRequests(redisURL: arguments[1], prefix: arguments[2], baseURL: arguments[3])
                .run(count, lines: lines)
        case "sleep" where arguments.count == 2:
            guard let count = Int(arguments[1]) else { throw BenchmarkFailed.usage }
            await sleepingTasks(count)
        default: throw BenchmarkFailed.usage
        }
    }

    /// What as many tasks cost that only sleep: the least that waiting can.
    private static func sleepingTasks(_ count: Int) async {
        waitForWord(after: "ready")
        await withTaskGroup { group in
            for _ in 0..<count { group.addTask { try? await Task.sleep(for: .seconds(600)) } }
            waitForWord(after: "waiting")
            let began = ContinuousClock.now
            group.cancelAll()
            await group.waitForAll()
            waitForWord(after: "{\"seconds\": \(began.duration(to: .now) / .seconds(1))}")
        }
    }
}

/// Says a word, and stops this thread until there is a line on the standard input.
func waitForWord(after word: String) {
    print(word)
    fflush(nil)
    _ = readLine()
}

/// Why there is no figure.
struct BenchmarkFailed: Error, CustomStringConvertible {
    static let usage = BenchmarkFailed(message: "the arguments are not those that the source says")
    var message: String
    var description: String { message }
}
