import Glibc
import JSONRPC
import Logging
import ServiceRuntime

/// The services of this host, found by their sockets.
///
/// What they answer is kept for a second and shared by all who ask meanwhile, so that a flood of questions costs each
/// service one connection a second.
actor ServicePeers {
    /// How long answers serve further questions.
    static let freshness = Duration.seconds(1)

    private let directory: String
    private let ownSocket: String
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private var latest: (at: ContinuousClock.Instant, answers: [Answer])?
    private var running: Task<[Answer], Never>?

    /// - Parameter ownSocket: this process's own socket, which need not be asked.
    init(
        directory: String,
        ownSocket: String,
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.directory = directory
        self.ownSocket = ownSocket
        self.logger = logger
        self.now = now
    }

    /// What one service answered.
    struct Answer: Sendable {
        /// The name of the socket without its ending.
        let instance: String
        /// Nil when it did not answer in time.
        let metrics: ServiceMetrics?
    }

    /// The figures of every service, of this moment or of the second before it.
    func metrics() async -> [Answer] {
        if let latest, latest.at.duration(to: now()) < Self.freshness { return latest.answers }
        if let running { return await running.value }
        // Awaited below and by whoever asks meanwhile; it ends by itself, because every question has a deadline.
        let task = Task { await askAll() }
        running = task
        let answers = await task.value
        running = nil
        latest = (now(), answers)
        return answers
    }

    /// Asks every service, all at once; one that does not answer in time is only marked.
    private nonisolated func askAll() async -> [Answer] {
        let sockets = Self.sockets(in: directory).filter { $0 != ownSocket }.prefix(GatewayLimits.maximumPeers)
        return await withTaskGroup(of: Answer.self) { group in
            for path in sockets { group.addTask { await self.ask(path) } }
            var answers: [Answer] = []
            for await answer in group { answers.append(answer) }
            return answers.sorted { $0.instance < $1.instance }
        }
    }

    private nonisolated func ask(_ path: String) async -> Answer {
        let client = JSONRPCClient(socketPath: path, connectPatience: .zero, logger: logger)
        let metrics = try? await client.call(
            "service.metrics",
            returning: ServiceMetrics.self,
            timeout: GatewayLimits.metricsTimeout
        )
        await client.close()
        let file = path.split(separator: "/").last ?? ""
        return Answer(instance: String(file.dropLast(5)), metrics: metrics)
    }

    /// The paths of the sockets of a directory, sorted.
    static func sockets(in directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var paths: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".sock") { paths.append("\(directory)/\(name)") }
        }
        return paths.sorted()
    }
}
