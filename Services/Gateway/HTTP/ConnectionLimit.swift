import HummingbirdCore

/// Accepts no further connection while the limit is reached; the kernel keeps those who wait.
struct ConnectionLimit: AvailableConnectionsDelegate {
    let maximum: Int
    let statistics: HTTPStatistics

    func connectionOpened() { statistics.connectionDidOpen() }
    func connectionClosed() { statistics.connectionDidClose() }
    func isAcceptingNewConnections() -> Bool { statistics.figures.connections < maximum }
}
