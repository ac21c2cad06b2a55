import Glibc
import Logging
import Reactor
import Redis
import RiotClient

/// What is measured, one after the other and again.
enum Question: String {
    /// The floor: a round trip through the same client.
    case ping
    /// A permit, and its answer with Riot's headers.
    case settle
    /// A permit that is given back.
    case `return`
    /// No permit, because a window is full.
    case refused
}

/// A limiter on one route and method, and what Riot would have counted of it.
struct Scene: Sendable {
    let redis: RedisClient
    private let limiter: RateLimiter
    private let counter: RiotCounter
    private let windows: [(limit: Substring, seconds: Substring)]
    private let limits: String

    /// Arguments as in ``LimiterBenchmark``; connects to nothing yet.
    init(_ arguments: [String]) throws {
        var logger = Logger(label: "limiter-benchmark")
        logger.logLevel = .error
        redis = RedisClient(address: try RedisAddress(parsing: arguments[1]), name: "benchmark", logger: logger)
        limiter = RateLimiter(
            redis: redis,
            prefix: arguments[2],
            scope: "benchmark",
            isLoopback: true,
            owner: "match-worker:\(getpid())",
            logger: logger
        )
        counter = try RiotCounter(path: arguments[3])
        limits = arguments[4]
        windows = limits.split(separator: ",").compactMap { window in
            let parts = window.split(separator: ":")
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
    }

    // MARK: What was before

    /// Takes permits to the last slot that are answered, or whose answers are lost; the first one is answered and tells the limits.
    func fill(_ count: Int, isAnswered: Bool) async throws {
        _ = try await settle(.interactive)
        try await withThrowingTaskGroup { group in
            for asker in 0..<64 {
                group.addTask {
                    for _ in stride(from: asker + 1, to: count, by: 64) {
                        if isAnswered {
                            _ = try await settle(.interactive)
                        } else {
                            let permit = try await permit(.interactive)
                            _ = try counter.next()
                            await limiter.settle(permit, headers: nil, works: false)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    // MARK: The questions

    /// Asks for a while; JSON with what it took.
    func ask(_ question: Question, askers: Int, for time: Duration) async throws -> String {
        let began = ContinuousClock.now
        let cpu = Self.cpuSeconds()
        var latencies = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for _ in 0..<askers {
                group.addTask {
                    var latencies: [Duration] = []
                    repeat { latencies.append(try await once(question)) } while began.duration(to: .now) < time
                    return latencies
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let seconds = began.duration(to: .now) / .seconds(1)
        let spent = Self.cpuSeconds() - cpu
        latencies.sort()
        func microseconds(_ share: Double) -> Double {
            latencies[Int(Double(latencies.count - 1) * share)] / .microseconds(1)
        }
        return """
            {"count": \(latencies.count), "seconds": \(seconds), "cpu": \(spent), \
            "p50": \(microseconds(0.5)), "p99": \(microseconds(0.99))}
            """
    }

    private func once(_ question: Question) async throws -> Duration {
        let began = ContinuousClock.now
        switch question {
        case .ping: try await redis.ping()
        case .settle: return try await settle(.background)
        case .return: await limiter.giveBack(try await permit(.background))
        case .refused:
            guard case .wait(let wait) = await limiter.acquire(route: "europe", method: .match),
                case .application = wait.reason
            else { throw BenchmarkFailed(message: "no window was full") }
        }
        return began.duration(to: .now)
    }

    /// A permit and its answer; without the time in which Riot counts.
    private func settle(_ priority: RequestPriority) async throws -> Duration {
        let began = ContinuousClock.now
        let permit = try await permit(priority)
        let granted = ContinuousClock.now
        let count = try counter.next()
        let counts = windows.map { "\(count):\($0.seconds)" }.joined(separator: ",")
        let headers = HTTPHeaders([
            .applicationLimit: limits, .applicationCount: counts, .methodLimit: limits, .methodCount: counts,
        ])
        let answered = ContinuousClock.now
        await limiter.settle(permit, headers: headers, works: true)
        return began.duration(to: granted) + answered.duration(to: .now)
    }

    private func permit(_ priority: RequestPriority) async throws -> Permit {
        switch await limiter.acquire(route: "europe", method: .match, priority: priority) {
        case .granted(let permit): return permit
        case .wait(let wait): throw BenchmarkFailed(message: wait.description)
        }
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// What Riot has counted, by all processes of a scene: the length of a file that each request makes longer by a byte.
final class RiotCounter: Sendable {
    private let descriptor: Lock<Int32>

    init(path: String) throws {
        let number = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
        guard number >= 0 else { throw BenchmarkFailed(message: "\(path) cannot be opened") }
        descriptor = Lock(number)
    }

    /// Counts a request; the number that its answer tells.
    func next() throws -> Int {
        try descriptor.withLock { descriptor throws(BenchmarkFailed) in
            var byte: UInt8 = 0
            guard write(descriptor, &byte, 1) == 1 else { throw BenchmarkFailed(message: "nothing can be counted") }
            return Int(lseek(descriptor, 0, SEEK_CUR))
        }
    }
}
