import Postgres
public import RiotModels

/// Which matches a question is about.
public struct QuestionFilter: Sendable, Equatable {
    /// The player.
    public var summonerID: Int
    /// A year in UTC; nil for all.
    public var year: Int?
    /// A platform; nil for all.
    public var platform: Platform?
    /// The queues.
    public var queues: QueueChoice
    /// What a line needs to be shown: games, or what the question counts; nil for the question's own minimum.
    public var minimum: Int?

    /// All matches of a player in the ranked queues, unless more is said.
    public init(
        summonerID: Int,
        year: Int? = nil,
        platform: Platform? = nil,
        queues: QueueChoice = .ranked,
        minimum: Int? = nil
    ) {
        self.summonerID = summonerID
        self.year = year
        self.platform = platform
        self.queues = queues
        self.minimum = minimum
    }

    var parameters: [PostgresParameter] {
        [
            .int(Int64(summonerID)), PostgresParameter(year), PostgresParameter(platform?.rawValue),
            .text(queues.text), PostgresParameter(minimum),
        ]
    }
}

/// Which queues a question is about, as the SQL function `queue_list` reads them.
public enum QueueChoice: Sendable, Equatable {
    /// Ranked solo and flex: 420 and 440.
    case ranked
    /// Every queue of five against five people on Summoner's Rift.
    case rift
    /// Every queue.
    case all
    /// Riot's numbers of queues, such as 450 for ARAM.
    case numbers([Int32])

    /// Most numbers that are read; Riot has about a hundred queues.
    public static let numberLimit = 100

    /// Reads `ranked`, `rift`, `all`, or numbers with commas between them; nil for anything else.
    public init?(parsing text: String) {
        switch text.lowercased() {
        case "ranked": self = .ranked
        case "rift": self = .rift
        case "all": self = .all
        default:
            let parts = text.split(separator: ",", omittingEmptySubsequences: false)
            let numbers = parts.compactMap { Int32($0) }
            guard numbers.count == parts.count, numbers.count <= Self.numberLimit else { return nil }
            self = .numbers(numbers)
        }
    }

    /// What `init(parsing:)` reads.
    public var text: String {
        switch self {
        case .ranked: "ranked"
        case .rift: "rift"
        case .all: "all"
        case .numbers(let numbers): numbers.map(String.init).joined(separator: ",")
        }
    }
}
