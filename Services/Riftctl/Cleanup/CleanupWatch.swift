import ServiceRuntime

/// Runs a clean-up on an orchestrator and shows how far it is.
struct CleanupWatch: Sendable {
    /// Time between two looks while it runs.
    static let pause = Duration.milliseconds(500)
    /// How long a look may take.
    static let patience = Duration.seconds(5)

    let socket: ServiceSocket
    let console: Console
    let isJSON: Bool

    /// Shows the newest run.
    func showNewest() async throws {
        show(try await socket.call("maintenance.cleanup_status", parameters: nil, within: Self.patience))
    }

    /// Starts a run and waits for its end.
    ///
    /// - Throws: `CommandFailure` 75 when it was stopped or failed, and what the call throws.
    func run(dryRun: Bool, classes: [String], within patience: Duration) async throws {
        var members = ["\"dry_run\":\(dryRun)"]
        if !classes.isEmpty {
            members.append("\"classes\":[\(classes.map(CallParameters.quoted).joined(separator: ","))]")
        }
        let deadline = EpochTime.now() + patience.components.seconds * 1_000
        members.append("\"_meta\":{\"deadline_ms\":\(deadline)}")
        let parameters = "{\(members.joined(separator: ","))}"
        let watcher = Task { await watch() }  // ends with the call: cancelled below
        defer {
            watcher.cancel()
            console.endProgress()
        }
        let answer = try await socket.call("maintenance.cleanup_old_data", parameters: parameters, within: patience)
        watcher.cancel()
        await watcher.value
        console.endProgress()
        show(answer)
        if try CleanupMessage(answer).state != "done" { throw CommandFailure(.tryAgain, "It did not come to its end.") }
    }

    private func watch() async {
        guard console.isTerminal, !isJSON else { return }
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.pause) } catch { return }
            guard
                let answer = try? await socket.call(
                    "maintenance.cleanup_status",
                    parameters: nil,
                    within: Self.patience
                ),
                let message = try? CleanupMessage(answer), message.state == "running"
            else { continue }
            console.show(progress: message.progress)
        }
    }

    private func show(_ answer: [UInt8]) {
        if isJSON { return console.say(JSONIndent.indented(answer)) }
        do {
            for line in try CleanupMessage(answer).lines { console.say(line) }
        } catch {
            console.complain(error.message)
        }
    }
}
