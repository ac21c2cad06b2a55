import HummingbirdCore
import Reactor

/// Accepts no further connection while the limit is reached, nor when the gateway ends; the kernel keeps those who wait.
struct ConnectionLimit: AvailableConnectionsDelegate {
    let maximum: Int
    let statistics: HTTPStatistics
    let isEnding = Lock(false)

    func connectionOpened() { statistics.connectionDidOpen() }
    func connectionClosed() { statistics.connectionDidClose() }

    func isAcceptingNewConnections() -> Bool {
        !isEnding.withLock { $0 } && statistics.figures.connections < maximum
    }
}
