import ServiceRuntime
import Supervision

/// Starts a sync and shows how far it is until it has ended.
struct SyncFollower: Sendable {
    /// How long the gateway may be away, for example while it is restarted, before following it is given up.
    static let gatewayPatience = Duration.seconds(60)
    /// How often its status is asked for.
    static let pause = Duration.milliseconds(250)

    let gateway: GatewayClient
    let console: Console

    /// Runs a sync to its end and prints what came of it.
    ///
    /// - Throws: `CommandFailure` when it was refused, failed, or can no longer be followed.
    func run(_ order: SyncOrder) async throws -> SyncReport {
        let started = try await gateway.startSync(order)
        let joined = started.deduplicated ? " (it was under way already)" : ""
        console.say("\(started.message) on \(started.platform), \(started.year)\(joined): task \(started.taskID)")
        let report = try await follow(started.taskID)
        for line in SyncSummary(report).lines { console.say(line) }
        guard report.status == "SUCCESS" else {
            throw CommandFailure(.unavailable, "The sync of \(order.player) failed.")
        }
        return report
    }

    /// Shows the progress of a task until it has ended.
    ///
    /// - Throws: `CommandFailure` when the gateway stays away, refuses to tell, or does not know the task.
    func follow(_ taskID: String) async throws -> SyncReport {
        try await follow(taskID) { () async throws(CommandFailure) -> SyncReport in
            try await gateway.status(of: taskID)
        }
    }

    func follow(
        _ taskID: String,
        asking status: () async throws(CommandFailure) -> SyncReport
    ) async throws -> SyncReport {
        defer { console.endProgress() }
        var display = ProgressDisplay(isTerminal: console.isTerminal)
        var lastAnswer = ContinuousClock.now
        while true {
            do throws(CommandFailure) {
                let report = try await status()
                lastAnswer = .now
                if report.known == false { throw Self.unknown(taskID) }
                switch display.update(report, at: .now, width: console.width) {
                case .line(let line): console.say(line)
                case .bar(let bar): console.show(progress: bar)
                case .nothing: break
                }
                if report.isFinal { return report }
            } catch {
                // A gateway that is away may come back; what it refuses it will refuse again.
                let isAway = error.code == ServiceRuntime.ExitCode.unavailable.rawValue
                if !isAway || ContinuousClock.now - lastAnswer > Self.gatewayPatience { throw error }
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    private static func unknown(_ taskID: String) -> CommandFailure {
        CommandFailure(
            .usage,
            "The gateway knows no task \(taskID): it was removed with its player or by the clean-up, or its gateway uses "
                + "another database. 'riftctl task list' shows those that are there."
        )
    }
}
