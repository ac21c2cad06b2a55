import Reactor

/// The dependencies of a service, asked when somebody wants to know.
///
/// A reading is kept for a second and shared by all who ask meanwhile, so that a flood of probes costs the
/// dependencies one question a second.
public actor HealthRegistry {
    /// How long a reading answers further questions.
    static let freshness = Duration.seconds(1)

    private struct Check: Sendable {
        let name: String
        let deadline: Duration
        let run: @Sendable () async throws -> String?
    }

    private let registered = Lock<[Check]>([])
    private let now: @Sendable () -> ContinuousClock.Instant
    private var latest: (at: ContinuousClock.Instant, checks: [HealthReport.Check])?
    private var running: Task<[HealthReport.Check], Never>?

    /// Creates an empty registry.
    public init() { self.init(now: { .now }) }

    init(now: @escaping @Sendable () -> ContinuousClock.Instant) { self.now = now }

    /// Adds a dependency.
    ///
    /// - Parameters:
    ///   - name: how it is called in reports, such as `postgres`.
    ///   - deadline: after this the dependency counts as not answering, whatever the check still does.
    ///   - check: throws when the dependency is not fit; the error's description becomes the reason. A returned text is
    ///     shown beside a healthy one.
    public nonisolated func register(
        _ name: String,
        deadline: Duration = .seconds(2),
        check: @escaping @Sendable () async throws -> String?
    ) {
        registered.withLock { $0.append(Check(name: name, deadline: deadline, run: check)) }
    }

    /// Asks all dependencies at once, or takes the reading of a moment ago.
    public func report(isDraining: Bool) async -> HealthReport {
        let checks = await reading()
        return HealthReport(
            isReady: !isDraining && checks.allSatisfy(\.isHealthy),
            isDraining: isDraining,
            checks: checks
        )
    }

    private func reading() async -> [HealthReport.Check] {
        if let latest, latest.at.duration(to: now()) < Self.freshness { return latest.checks }
        if let running { return await running.value }
        let previous = latest?.checks ?? []
        let checks = registered.withLock { $0 }
        // Awaited below and by whoever asks meanwhile; it ends by itself, because every check has a deadline.
        let task = Task { await Self.read(checks, previous: previous) }
        running = task
        let found = await task.value
        running = nil
        latest = (now(), found)
        return found
    }

    private static func read(_ checks: [Check], previous: [HealthReport.Check]) async -> [HealthReport.Check] {
        await withTaskGroup(of: (Int, HealthReport.Check).self) { group in
            for (index, check) in checks.enumerated() {
                let before = previous.first { $0.name == check.name }
                group.addTask { (index, await read(check, before: before)) }
            }
            var found: [(Int, HealthReport.Check)] = []
            for await result in group { found.append(result) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private static func read(_ check: Check, before: HealthReport.Check?) async -> HealthReport.Check {
        let start = ContinuousClock.now
        var isHealthy = false
        var detail: String?
        do {
            detail = try await Deadline.run(check.deadline, check.run)
            isHealthy = true
        } catch is Deadline.Exceeded {
            detail = "no answer within \(check.deadline)"
        } catch {
            detail = String(describing: error)
        }
        let took = start.duration(to: .now)
        let milliseconds = Double(took.components.seconds) * 1_000 + Double(took.components.attoseconds) / 1e15
        let since = before?.isHealthy == isHealthy ? before?.since : nil
        return HealthReport.Check(
            name: check.name,
            isHealthy: isHealthy,
            detail: detail,
            milliseconds: (milliseconds * 100).rounded() / 100,
            since: since ?? EpochTime.now()
        )
    }
}
