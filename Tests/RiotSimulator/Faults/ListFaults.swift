public import RiotModels

/// What is wrong with lists of match ids, all of which Riot's have been seen to do.
public struct ListFaults: Sendable, Codable, Equatable {
    /// Ids of games that the player was not in.
    public var foreign: Int
    /// Ids that come twice.
    public var duplicates: Int
    /// `startTime` and `endTime` are not looked at.
    public var ignoresTimes: Bool
    /// Ids that the list does not name although their bodies are there.
    public var hidden: [MatchID]

    /// Nothing wrong unless said.
    public init(foreign: Int = 0, duplicates: Int = 0, ignoresTimes: Bool = false, hidden: [MatchID] = []) {
        self.foreign = foreign
        self.duplicates = duplicates
        self.ignoresTimes = ignoresTimes
        self.hidden = hidden
    }

    /// Reads them, absent members meaning nothing wrong.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        foreign = try values.decodeIfPresent(Int.self, forKey: .foreign) ?? 0
        duplicates = try values.decodeIfPresent(Int.self, forKey: .duplicates) ?? 0
        ignoresTimes = try values.decodeIfPresent(Bool.self, forKey: .ignoresTimes) ?? false
        hidden = try values.decodeIfPresent([MatchID].self, forKey: .hidden) ?? []
    }

    /// The list with its faults: foreign ids and repetitions spread over it.
    func apply(to ids: [MatchID], foreign strangers: [MatchID]) -> [MatchID] {
        let concealed = Set(hidden)
        var result = ids.filter { !concealed.contains($0) }
        let repeated = result.isEmpty ? [] : (0..<max(0, duplicates)).map { result[$0 * 7 % result.count] }
        for (index, id) in (strangers.prefix(max(0, foreign)) + repeated).enumerated() {
            result.insert(id, at: min(result.count, index * 5 + 2))
        }
        return result
    }
}
