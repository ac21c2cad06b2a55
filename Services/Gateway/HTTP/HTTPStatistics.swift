import Reactor

/// What the gateway has answered since its start, for `http.stats` and its gauges.
final class HTTPStatistics: Sendable {
    /// The figures at one moment.
    struct Figures: Codable, Equatable, Sendable {
        /// Requests answered.
        var requests: Int64 = 0
        /// Requests being answered.
        var inFlight: Int64 = 0
        /// Connections open.
        var connections: Int64 = 0
        /// Answers by the class of their status, such as `2xx`.
        var byStatus: [String: Int64] = [:]
        /// Syncs started.
        var startedSyncs: Int64 = 0
        /// Starts refused because the client started too many.
        var limitedStarts: Int64 = 0

        private enum CodingKeys: String, CodingKey {
            case requests, connections
            case inFlight = "in_flight"
            case byStatus = "by_status"
            case startedSyncs = "started_syncs"
            case limitedStarts = "limited_starts"
        }
    }

    private let state = Lock(Figures())

    /// The figures now.
    var figures: Figures { state.withLock { $0 } }

    func requestDidStart() { state.withLock { $0.inFlight += 1 } }

    func requestDidEnd(status: Int) {
        state.withLock { figures in
            figures.inFlight -= 1
            figures.requests += 1
            figures.byStatus["\(status / 100)xx", default: 0] += 1
        }
    }

    func connectionDidOpen() { state.withLock { $0.connections += 1 } }
    func connectionDidClose() { state.withLock { $0.connections -= 1 } }
    func syncDidStart() { state.withLock { $0.startedSyncs += 1 } }
    func startDidMeetLimit() { state.withLock { $0.limitedStarts += 1 } }
}
