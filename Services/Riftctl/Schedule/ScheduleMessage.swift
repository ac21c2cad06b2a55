import FoundationEssentials
import ServiceRuntime

/// What beat answers about its schedule.
enum ScheduleMessage {
    /// An entry of `schedule.list`.
    struct Entry: Decodable, Sendable, Equatable {
        let name: String
        let summary: String
        let state: String
        let cron: String
        let timeZone: String
        let nextTickLocal: String?
        let missedTicks: String
        let interruptedRuns: String
        let pausedAt: String?
        let pauseReason: String?
        let lastTick: String?
        let lastByHand: Bool?
        let lastRunner: String?
        let lastAttempt: Int?
        let lastOutcome: String?
        let lastDetail: String?
    }

    /// The answer of `schedule.run`.
    struct Run: Decodable, Sendable {
        let detail: String
    }

    /// The answer of `schedule.pause` and `schedule.resume`.
    struct Pause: Decodable, Sendable, Equatable {
        let name: String
        let paused: Bool
        let changed: Bool
    }

    static func entries(_ json: [UInt8]) throws(CommandFailure) -> [Entry] { try decoded(json) }
    static func run(_ json: [UInt8]) throws(CommandFailure) -> Run { try decoded(json) }
    static func pause(_ json: [UInt8]) throws(CommandFailure) -> Pause { try decoded(json) }

    private static func decoded<Value: Decodable>(_ json: [UInt8]) throws(CommandFailure) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(Value.self, from: Data(json))
        } catch {
            throw CommandFailure(.internal, "The answer of the beat cannot be understood; --json shows it.")
        }
    }
}
