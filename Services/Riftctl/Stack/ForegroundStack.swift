import Glibc
import ServiceRuntime
import Supervision

/// A stack that runs as long as this program: until a signal, or until it cannot be started.
struct ForegroundStack: Sendable {
    private enum Event: Sendable {
        case signal(Int32)
        case failed(CommandFailure)
    }

    /// A second signal that comes sooner is the first one told twice, by the terminal and by whoever started us.
    static let doubleInterval = Duration.milliseconds(200)

    let runner: StackRunner
    let console: Console
    /// What is done once everything is ready; its failure does not end the stack.
    let whenReady: @Sendable () async throws -> Void

    /// Runs to the end; returns normally after a signal.
    func run() async throws {
        let signals = SignalStream()
        let (events, sender) = AsyncStream.makeStream(of: Event.self, bufferingPolicy: .bufferingOldest(32))
        // All four are awaited or cancelled below, before this returns.
        let relay = Task { for await number in signals.signals { sender.yield(.signal(number)) } }
        let work = Task { await startAndWork(sender) }
        let tending = Task { await runner.tend() }
        var ending: Task<Void, Never>?
        var failure: CommandFailure?
        var endingSince = ContinuousClock.now

        for await event in events {
            if case .failed(let reason) = event, failure == nil {
                failure = reason
                await runner.noteFailure(reason.message)
            }
            if ending == nil {
                endingSince = .now
                work.cancel()
                if case .signal = event { console.say("Ending what was started. Once more Ctrl-C ends it at once.") }
                ending = Task {
                    await runner.stop()
                    sender.finish()
                }
            } else if case .signal = event, ContinuousClock.now - endingSince > Self.doubleInterval {
                console.say("Ending it at once.")
                await runner.stop(abruptly: true)
            }
        }
        await ending?.value
        await work.value
        tending.cancel()
        relay.cancel()
        await tending.value
        if let failure { throw failure }
        console.say("Everything that was started has ended.")
    }

    private func startAndWork(_ sender: AsyncStream<Event>.Continuation) async {
        do {
            try await runner.start()
        } catch {
            if !Task.isCancelled {
                sender.yield(.failed(CommandFailure(error) ?? CommandFailure(.internal, "\(error)")))
            }
            return
        }
        do {
            try await whenReady()
        } catch {
            if !Task.isCancelled { console.complain((CommandFailure(error))?.message ?? "\(error)") }
        }
    }
}
