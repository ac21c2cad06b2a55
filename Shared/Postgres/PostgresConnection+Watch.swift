import CPostgres
import Reactor

extension PostgresConnection {
    /// Returns when the session has ended or does not answer any more, or the task is cancelled.
    ///
    /// Sleeps on the socket, where the end of a session shows at once, and asks the server every `interval` for the
    /// cases in which it does not show.
    func watch(every interval: Duration) async {
        while true {
            switch await untilSocketStirs(until: .now + interval) {
            case .closed, .cancelled: return
            case .quiet: break
            }
            guard (try? await query("SELECT 1", timeout: max(interval, .seconds(1)))) != nil else { return }
        }
    }

    private enum Stir { case closed, quiet, cancelled }

    private func untilSocketStirs(until deadline: ContinuousClock.Instant) async -> Stir {
        do throws(PostgresError) {
            try begin()
        } catch {
            return .closed
        }
        defer { end() }
        while let handle {
            do throws(IOReactor.WaitError) {
                _ = try await reactor.wait(descriptor: PQsocket(handle.raw), for: .read, until: deadline)
            } catch {
                return error == .timedOut ? .quiet : .cancelled
            }
            if PQconsumeInput(handle.raw) != 1 { return .closed }
        }
        return .closed
    }
}
