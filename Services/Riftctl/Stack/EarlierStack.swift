import Glibc
import Supervision

/// What the runtime directory says was started there before.
struct EarlierStack {
    /// How long an `up` may take to end everything in order.
    static let patience = Duration.seconds(150)

    let runtimeDirectory: String
    let console: Console

    /// Ends what a killed `up` has left running; nothing when there is none.
    ///
    /// The caller holds the lock of the directory, so no living `up` has anything there.
    func endLeftovers() async throws(SupervisionError) {
        guard let state = try StackState.read(from: runtimeDirectory) else { return }
        let ended = await Leftovers.end(state.observed)
        if !ended.isEmpty {
            console.say("Ended what an earlier start had left running: \(ended.joined(separator: ", ")).")
        }
        StackState.remove(from: runtimeDirectory)
    }

    /// Ends everything: asks the `up` that runs it, or, when that is gone, the processes themselves.
    ///
    /// - Returns: Whether anything ran.
    func end() async throws(SupervisionError) -> Bool {
        guard let state = try StackState.read(from: runtimeDirectory) else { return false }
        let running = state.observed.filter { $0.pid != nil }
        if let supervisor = state.supervisor, supervisor.isAlive {
            console.say("Ending \(running.map(\.instance).joined(separator: ", ")).")
            supervisor.signal(SIGTERM)
            if await !Leftovers.isGone(supervisor, within: Self.patience) {
                console.say("They did not end in \(Self.patience), so they are killed.")
                supervisor.signal(SIGKILL)
                _ = await Leftovers.isGone(supervisor, within: .seconds(5))
            }
        }
        let left = await Leftovers.end(try StackState.read(from: runtimeDirectory)?.observed ?? [])
        if !left.isEmpty { console.say("Ended what was left: \(left.joined(separator: ", ")).") }
        StackState.remove(from: runtimeDirectory)
        return !running.isEmpty || !left.isEmpty
    }
}
