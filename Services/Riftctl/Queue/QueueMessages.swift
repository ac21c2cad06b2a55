import FoundationEssentials
import ServiceRuntime

/// A line of `queue.stats`.
struct QueueStatsMessage: Decodable, Sendable, Equatable {
    let lane: String
    let kind: String
    let waiting: Int
    let running: Int
    let delayed: Int
    let dead: Int
    let paused: Bool
    let pausedAt: String?
    let holdMilliseconds: Int64

    private enum CodingKeys: String, CodingKey {
        case lane, kind, waiting, running, delayed, dead, paused
        case pausedAt = "paused_at"
        case holdMilliseconds = "hold_ms"
    }

    /// Nothing waits or happens there.
    var isQuiet: Bool { waiting + running + delayed + dead == 0 && !paused && holdMilliseconds == 0 }
}

/// What `queue.tenants` answers.
struct QueueTenantsMessage: Decodable, Sendable, Equatable {
    struct Tenant: Decodable, Sendable, Equatable {
        let tenant: String
        let waiting: Int
        let background: Int
        let running: Int
        let oldestMilliseconds: Int64?

        private enum CodingKeys: String, CodingKey {
            case tenant, waiting, background, running
            case oldestMilliseconds = "oldest_ms"
        }
    }

    let total: Int
    let tenants: [Tenant]
}

/// What `queue.pause` and `queue.resume` answer.
struct QueuePauseMessage: Decodable, Sendable, Equatable {
    let kinds: [String]
    let routes: [String]
    let changed: Int
    let inForce: Bool

    private enum CodingKeys: String, CodingKey {
        case kinds, routes, changed
        case inForce = "in_force"
    }
}

extension Decodable {
    /// Reads an answer of an orchestrator.
    init(answer: [UInt8]) throws(CommandFailure) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(answer))
        } catch {
            throw CommandFailure(.internal, "The answer of the orchestrator cannot be understood; --json shows it.")
        }
    }
}
