import Reactor
import ServiceRuntime
import Storage

/// Derives, shows how far it is, and ends cleanly when a signal asks for it.
struct DeriveRun: Sendable {
    let storage: Storage
    let options: Deriver.Options
    let console: Console

    /// Derives until nothing is left, or a signal comes.
    ///
    /// - Throws: `CommandFailure` when it was ended before, or the rows of some bodies could not be made again.
    func untilSignalled() async throws {
        let status = try await storage.deriveStatus()
        let total = min(options.includesCurrent ? status.bodies : status.outdated, options.limit ?? .max)
        let started = ContinuousClock.now
        let display = Lock(DeriveDisplay(total: total, isTerminal: console.isTerminal))
        let reached = Lock(Deriver.Counts())
        defer { console.endProgress() }
        let isWhole = try await untilSignalled {
            _ = try await Deriver(storage: storage, options: options).run { counts in
                reached.withLock { $0 = counts }
                let text = display.withLock { $0.update(counts, after: .now - started) }
                guard let text else { return }
                if console.isTerminal { console.show(progress: text) } else { console.say(text) }
            }
        }
        console.endProgress()
        let counts = reached.withLock { $0 }
        console.say(DeriveDisplay.summary(counts, after: .now - started))
        guard isWhole else {
            throw CommandFailure(.tryAgain, "Ended before everything was done; begun again, it goes on from here.")
        }
        try await say(of: counts)
    }

    private func say(of counts: Deriver.Counts) async throws {
        if options.limit == nil, !options.includesCurrent {
            let left = try await storage.deriveStatus().outdated
            if left > 0 { console.say("\(left) bodies are in the hands of others, or have come meanwhile.") }
        }
        let failed = counts.refused + counts.damaged
        guard failed == 0 else {
            throw CommandFailure(
                .internal,
                "\(failed) bodies keep the rows that they had; riftctl rejected list says why."
            )
        }
    }

    /// Runs `body`, cancelled when a signal asks to end; whether it came to its own end.
    private func untilSignalled(_ body: @escaping @Sendable () async throws -> Void) async throws -> Bool {
        let signals = SignalStream()
        defer { withExtendedLifetime(signals) {} }
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in signals.signals { break }
                return false
            }
            group.addTask {
                do {
                    try await body()
                    return true
                } catch is CancellationError {
                    return false
                }
            }
            let isWhole = try await group.next() ?? false
            group.cancelAll()
            // The batch in hand is rolled back before the connections are closed, or was committed just now.
            while let rest = try await group.next() { if rest { return true } }
            return isWhole
        }
    }
}
