/// The parameters of a list of match ids, checked as Riot checks them.
///
/// Names that Riot does not know are ignored without a word, as it does.
struct MatchListQuery: Sendable, Equatable {
    /// Past this, a number of seconds is really one of milliseconds and selects nothing.
    private static let latestSecond: Int64 = 100_000_000_000
    /// Match-v5 stores times since 2021-06-16: with `startTime` older games are left out.
    private static let firstStoredSecond: Int64 = 1_623_801_600

    var startTime: Int64?
    var endTime: Int64?
    var queue: Int?
    var type: String?
    var start = 0
    var count = 20

    /// A parameter that cannot be used.
    struct Problem: Error, Equatable {
        let message: String
    }

    init(_ query: [String: String]) throws(Problem) {
        startTime = try Self.number(query["startTime"], "startTime")
        endTime = try Self.number(query["endTime"], "endTime")
        queue = try Self.number(query["queue"], "queue").map { Int($0) }
        start = Int(try Self.number(query["start"], "start") ?? 0)
        count = Int(try Self.number(query["count"], "count") ?? 20)
        type = query["type"]
        if count > 100 {
            throw Problem(
                message: "Bad request - Query parameter 'count' must have a maximum value of 100. "
                    + "Invalid value '\(count)' given."
            )
        }
        if count < 0 { throw Self.tooSmall("count", count) }
        if start < 0 { throw Self.tooSmall("start", start) }
        if let type, !["ranked", "normal", "tourney", "tutorial"].contains(type) {
            throw Problem(message: "Bad request - Query parameter 'type' has invalid value '\(type)'.")
        }
    }

    private static func tooSmall(_ name: String, _ value: Int) -> Problem {
        Problem(
            message: "Bad request - Query parameter '\(name)' must have a minimum value of 0. "
                + "Invalid value '\(value)' given."
        )
    }

    private static func number(_ text: String?, _ name: String) throws(Problem) -> Int64? {
        guard let text else { return nil }
        guard let value = Int64(text) else {
            throw Problem(message: "Bad request - Query parameter '\(name)' has invalid value '\(text)'.")
        }
        return value
    }

    /// Whether a game is on the list that is asked for.
    func selects(_ game: ListedGame, ignoringTimes: Bool) -> Bool {
        if let queue, queue != game.queue { return false }
        if let type, type != game.listType { return false }
        guard !ignoringTimes else { return true }
        let second = game.startedAt / 1000
        if let startTime {
            guard startTime < Self.latestSecond, second >= max(startTime, Self.firstStoredSecond) else { return false }
        }
        if let endTime {
            guard endTime < Self.latestSecond, second <= endTime else { return false }
        }
        return true
    }
}
