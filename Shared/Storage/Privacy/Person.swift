import Postgres
public import RiotModels

/// How an operator names a player.
public enum PersonReference: Sendable, Equatable {
    /// What he is called now; a former name is told as such.
    case riotID(RiotID)
    /// Riot's id of him, encrypted for our application.
    case puuid(String)
    /// The `summoner_id` of the HTTP API.
    case summonerID(Int)

    /// Reads `Name#TAG`, a number, or else a puuid.
    public init(parsing text: String) throws(RiotModelError) {
        if text.contains("#") {
            self = .riotID(try RiotID(parsing: text))
        } else if let number = Int(text) {
            self = .summonerID(number)
        } else {
            self = .puuid(text)
        }
    }
}

/// A player as he is known here, with what operators have decided about him.
public struct Person: Sendable, Equatable {
    /// His row; nil when only tasks that never found a player hold his name.
    public let summonerID: Int?
    /// His id at Riot; nil with `summonerID`.
    public let puuid: String?
    /// His newest known name; nil when none was seen, or it was removed as old.
    public let gameName: String?
    /// The tag, likewise.
    public let tagLine: String?
    /// The Riot ID without case and spaces.
    public let foldedName: String?
    /// Where he has profiles.
    public let platforms: [String]
    /// Reads for frontends leave him out.
    public let isHidden: Bool
    /// An operator has him followed.
    public let isFollowed: Bool

    /// What people call him: his name, else his number.
    public var title: String {
        if let gameName { return "\(gameName)#\(tagLine ?? "")" }
        return summonerID.map { "player \($0), whose name is not known" } ?? "a player without a name"
    }
}

extension Person {
    /// The columns that `init(row:)` reads, for a query that names `summoner s`.
    static let columns = """
        s.id, s.puuid, s.game_name, s.tag_line, s.folded_name, s.hidden_at IS NOT NULL AS is_hidden,
        s.followed_at IS NOT NULL AS is_followed,
        ARRAY(SELECT f.platform FROM summoner_profile f WHERE f.summoner_id = s.id ORDER BY f.platform) AS platforms
        """

    init(row: PostgresRow) throws(PostgresError) {
        self.init(
            summonerID: try row.int("id"),
            puuid: try row.string("puuid"),
            gameName: try row.optionalString("game_name"),
            tagLine: try row.optionalString("tag_line"),
            foldedName: try row.optionalString("folded_name"),
            platforms: try row.array("platforms").compactMap { $0 },
            isHidden: try row.bool("is_hidden"),
            isFollowed: try row.bool("is_followed")
        )
    }
}

extension Storage {
    /// The players that a reference can mean, in the scope of our key; several when one has a name that another had.
    ///
    /// A name that nobody has now is looked for among former names, and then among tasks that never found a player.
    /// - Parameter platform: only those with a profile there, for names.
    public func persons(_ reference: PersonReference, on platform: Platform? = nil) async throws -> [Person] {
        switch reference {
        case .puuid(let puuid): return try await persons(Self.byPuuid, [.text(puuid)])
        case .summonerID(let id): return try await persons(Self.byNumber, [.int(Int64(id))])
        case .riotID(let id):
            let parameters: [PostgresParameter] = [.text(id.foldedKey), PostgresParameter(platform?.rawValue)]
            let present = try await persons(Self.byName, parameters)
            if !present.isEmpty { return present }
            let former = try await persons(Self.byFormerName, parameters)
            if !former.isEmpty { return former }
            let tasks = try await pool.query(
                "SELECT 1 FROM sync_task WHERE riot_id_key = $1 AND summoner_id IS NULL LIMIT 1",
                [.text(id.foldedKey)]
            )
            guard !tasks.isEmpty else { return [] }
            return [Person(onlyNamed: id)]
        }
    }

    /// The keys of every match or timeline that has a player anywhere, in their order.
    func matchKeys(of summonerID: Int) async throws -> [Int32] {
        try await pool.query(
            """
            SELECT match_id AS id FROM match_participant WHERE summoner_id = $1
            UNION SELECT id FROM match WHERE $1 = ANY (summoner_ids)
            UNION SELECT match_id FROM timeline WHERE $1 = ANY (summoner_ids) OR $1 = ANY (participant_summoner_ids)
            ORDER BY id
            """,
            [.int(Int64(summonerID))],
            timeout: Eraser.timeout
        ).map { Int32(clamping: try $0.int("id")) }
    }

    private func persons(_ query: SQL, _ parameters: [PostgresParameter]) async throws -> [Person] {
        try await pool.query(query, [.text(keyScope)] + parameters).map { try Person(row: $0) }
    }

    private static func persons(where condition: String) -> SQL {
        SQL(
            trusted:
                "SELECT \(Person.columns) FROM summoner s WHERE s.key_scope = $1 AND \(condition) ORDER BY s.id LIMIT 20"
        )
    }

    private static let byPuuid = persons(where: "s.puuid = $2")
    private static let byNumber = persons(where: "s.id = $2")
    private static let isThere = """
        ($3::text IS NULL
            OR EXISTS (SELECT 1 FROM summoner_profile f WHERE f.summoner_id = s.id AND f.platform = $3::text))
        """
    private static let byName = persons(where: "s.folded_name = $2 AND \(isThere)")
    private static let byFormerName = persons(
        where: "s.id IN (SELECT h.summoner_id FROM summoner_name_history h WHERE h.folded_name = $2) AND \(isThere)"
    )
}

extension Person {
    /// Somebody of whom there are only tasks.
    init(onlyNamed id: RiotID) {
        self.init(
            summonerID: nil,
            puuid: nil,
            gameName: id.gameName,
            tagLine: id.tagLine,
            foldedName: id.foldedKey,
            platforms: [],
            isHidden: false,
            isFollowed: false
        )
    }
}
