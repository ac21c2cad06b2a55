/// Which of a player's matches a list shows; what is nil does not restrict it.
public struct MatchFilter: Sendable, Equatable {
    /// Where a player played; Riot's `teamPosition`.
    public enum Role: String, Sendable, CaseIterable, Codable {
        case top = "TOP"
        case jungle = "JUNGLE"
        case middle = "MIDDLE"
        case bottom = "BOTTOM"
        case utility = "UTILITY"
    }

    /// How a match ended for the player.
    public enum Result: String, Sendable, CaseIterable, Codable {
        /// Won; in Arena, in the upper half of the places.
        case win
        /// Lost.
        case loss
        /// Ended by the early vote, whoever is said to have won.
        case remake
    }

    /// The year of the match in UTC.
    public var year: Int?
    /// Riot's number of the queue, such as 420 for ranked solo; 0 for custom games.
    public var queueID: Int?
    /// Riot's number of the champion that the player played.
    public var championID: Int?
    /// Where the player played; matches without lanes have none.
    public var role: Role?
    /// How it ended.
    public var result: Result?

    /// A filter.
    public init(
        year: Int? = nil,
        queueID: Int? = nil,
        championID: Int? = nil,
        role: Role? = nil,
        result: Result? = nil
    ) {
        self.year = year
        self.queueID = queueID
        self.championID = championID
        self.role = role
        self.result = result
    }

    /// Refuses numbers that no match can have.
    func check() throws(ReadRefusal) {
        if let year { try ReadLimits.check(year: year) }
        try ReadLimits.check(queueID, "queue")
        try ReadLimits.check(championID, "champion")
    }

    /// What tells lists of different players and filters apart, for cursors.
    func fingerprint(of summonerID: Int) -> UInt32 {
        // FNV-1a (RFC 9923): stable between processes and builds, which `Hasher` is not.
        let text =
            "\(summonerID)|\(word(year))|\(word(queueID))|\(word(championID))|\(role?.rawValue ?? "")|"
            + "\(result?.rawValue ?? "")"
        return text.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }

    private func word(_ number: Int?) -> String { number.map(String.init) ?? "" }
}
