import RiotModels

/// A player found in recorded matches.
struct RecordedPlayer: Sendable {
    /// The name of his newest match that has one.
    var riotID: RiotID?
    var profileIcon = 0
    var level = 30
    /// Newest first.
    var games: [ListedGame] = []
}

/// Collects the players of recorded matches.
struct RecordedRegister {
    /// The tag of players whose matches show only a summoner name, as before Riot IDs.
    private static let oldTag = "OLD"

    private(set) var people: [String: RecordedPlayer] = [:]
    /// Puuids in the order in which they were found.
    private(set) var order: [String] = []

    mutating func add(_ match: RecordedMatch) {
        for puuid in match.puuids {
            if people[puuid] == nil { order.append(puuid) }
            var person = people[puuid] ?? RecordedPlayer()
            let isNewest = person.games.allSatisfy { $0.startedAt < match.startedAt }
            person.games.append(match.listed)
            person.games.sort { $0.startedAt > $1.startedAt }
            if let participant = match.participants.first(where: { $0.puuid == puuid }) {
                if isNewest || person.riotID == nil { person.riotID = Self.riotID(of: participant) ?? person.riotID }
                person.profileIcon = participant.profileIcon ?? person.profileIcon
                person.level = participant.summonerLevel ?? person.level
            }
            people[puuid] = person
        }
    }

    private static func riotID(of participant: RecordedMatch.Participant) -> RiotID? {
        let tag = participant.riotIdTagline.flatMap { $0.isEmpty ? nil : $0 } ?? oldTag
        for name in [participant.riotIdGameName, participant.summonerName] {
            if let name, !name.isEmpty, let riotID = try? RiotID(gameName: name, tagLine: tag) { return riotID }
        }
        return nil
    }

    /// Players by folded name.
    ///
    /// Somebody without a name, or with one that another has too, gets a number behind it: names in old bodies are those
    /// of the time, and need not be one player's alone.
    mutating func names() -> [String: String] {
        var names: [String: String] = [:]
        for puuid in order {
            let known = people[puuid]?.riotID
            let base = String((known?.gameName ?? "Player \(puuid.prefix(8))").unicodeScalars.prefix(26))
            var riotID = known ?? (try? RiotID(gameName: base, tagLine: Self.oldTag))
            var number = 2
            while let taken = riotID, names[taken.foldedKey] != nil {
                riotID = try? RiotID(gameName: "\(base) \(number)", tagLine: taken.tagLine)
                number += 1
            }
            people[puuid]?.riotID = riotID
            if let riotID { names[riotID.foldedKey] = puuid }
        }
        return names
    }
}
