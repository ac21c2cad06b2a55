import RiotModels
import Testing

@testable import RiotClient

@Suite struct RiotRequestTests {
    private let base: RiotBaseURL

    init() throws { base = try RiotBaseURL(template: RiotBaseURL.riot) }

    @Test func makesTheAddressesOfRiotsDocument() throws {
        let puuid = "a-B_9"
        let match = try MatchID("EUW1_6852390800")
        let table: [(RiotRequest, String)] = [
            (
                .account(try RiotID(gameName: "Name", tagLine: "NA1"), .americas),
                "https://americas.api.riotgames.com/riot/account/v1/accounts/by-riot-id/Name/NA1"
            ),
            (
                .account(puuid: puuid, .europe),
                "https://europe.api.riotgames.com/riot/account/v1/accounts/by-puuid/a-B_9"
            ),
            (
                .activeRegion(puuid: puuid, .sea),
                "https://asia.api.riotgames.com/riot/account/v1/region/by-game/lol/by-puuid/a-B_9"
            ),
            (
                .leagueEntries(puuid: puuid, .oc1),
                "https://oc1.api.riotgames.com/lol/league/v4/entries/by-puuid/a-B_9"
            ),
            (
                .summoner(puuid: puuid, .kr),
                "https://kr.api.riotgames.com/lol/summoner/v4/summoners/by-puuid/a-B_9"
            ),
            (
                .matchIDs(
                    puuid: puuid,
                    .sea,
                    startTime: 1_735_689_600,
                    endTime: 1_767_225_600,
                    start: 200,
                    count: 100
                ),
                "https://sea.api.riotgames.com/lol/match/v5/matches/by-puuid/a-B_9/ids"
                    + "?startTime=1735689600&endTime=1767225600&start=200&count=100"
            ),
            (
                .matchIDs(puuid: puuid, .asia),
                "https://asia.api.riotgames.com/lol/match/v5/matches/by-puuid/a-B_9/ids?start=0&count=100"
            ),
            (.match(match), "https://europe.api.riotgames.com/lol/match/v5/matches/EUW1_6852390800"),
            (
                .timeline(match),
                "https://europe.api.riotgames.com/lol/match/v5/matches/EUW1_6852390800/timeline"
            ),
            (.platformStatus(.na1), "https://na1.api.riotgames.com/lol/status/v4/platform-data"),
        ]
        for (request, address) in table { #expect(try base.address(of: request) == address) }
        #expect(Set(table.map(\.0.method)) == Set(RiotMethod.allCases))
    }

    /// What is asked for, and its one encoding.
    static let segments: [(String, String)] = [
        ("Hide on bush", "Hide%20on%20bush"), ("a/b", "a%2Fb"), ("a?b=c", "a%3Fb%3Dc"),
        ("100%", "100%25"),
        ("%2F", "%252F"), ("a&b;c", "a%26b%3Bc"), ("a+b", "a%2Bb"), ("a\\b", "a%5Cb"),
        ("a:b@c", "a%3Ab%40c"),
        ("喵", "%E5%96%B5"), ("é", "%C3%A9"), ("שלום", "%D7%A9%D7%9C%D7%95%D7%9D"),
        ("\u{202E}x", "%E2%80%AEx"), ("🙂", "%F0%9F%99%82"), ("x\u{0323}\u{0301}", "x%CC%A3%CC%81"),
        ("A-Z_a.z~9", "A-Z_a.z~9"), ("...", "..."), ("{route}", "%7Broute%7D"), ("\"<>", "%22%3C%3E"),
    ]

    @Test(arguments: segments)
    func encodesEverySegmentOnce(name: String, encoded: String) throws {
        let address = try base.address(of: .account(try RiotID(gameName: name, tagLine: "T"), .europe))
        #expect(
            address == "https://europe.api.riotgames.com/riot/account/v1/accounts/by-riot-id/\(encoded)/T"
        )
        let tagged = try base.address(of: .account(try RiotID(gameName: "n", tagLine: name), .europe))
        #expect(tagged.hasSuffix("/by-riot-id/n/\(encoded)"))
    }

    /// A combining mark typed apart is asked for in form C, as Riot stores names.
    @Test func normalisesBeforeEncoding() throws {
        let id = try RiotID(gameName: "e\u{301}", tagLine: "T")
        #expect(try base.address(of: .account(id, .europe)).hasSuffix("/%C3%A9/T"))
    }

    @Test(arguments: [".", "..", ""])
    func sendsNoSegmentThatChangesThePath(segment: String) {
        let error = #expect(throws: RiotError.self) {
            try base.address(of: .summoner(puuid: segment, .na1))
        }
        #expect(error?.code == .refused)
    }

    @Test(arguments: [Platform.ph2, .th2])
    func asksNoRetiredPlatform(platform: Platform) throws {
        #expect(throws: RiotError.self) { try base.address(of: .summoner(puuid: "p", platform)) }
        #expect(throws: RiotError.self) { try base.address(of: .leagueEntries(puuid: "p", platform)) }
        let old = try MatchID("\(platform.matchIDPrefix)_1")
        #expect(try base.address(of: .match(old)).hasPrefix("https://sea."))
    }

    @Test func asksForAccountsWhereTheyAre() throws {
        let id = try RiotID(gameName: "n", tagLine: "t")
        #expect(RiotRequest.account(id, .sea).route == "asia")
        #expect(RiotRequest.account(id, .americas).route == "americas")
        #expect(RiotRequest.account(puuid: "p", .sea).route == "asia")
        #expect(RiotRequest.account(puuid: "p", .asia).route == "asia")
        #expect(RiotRequest.activeRegion(puuid: "p", .europe).route == "europe")
    }
}

@Suite struct RiotBaseURLTests {
    @Test(arguments: [
        (
            "https://{route}.api.riotgames.com", false,
            "https://na1.api.riotgames.com/lol/status/v4/platform-data"
        ),
        (
            "https://{route}.api.riotgames.com/", false,
            "https://na1.api.riotgames.com/lol/status/v4/platform-data"
        ),
        (
            "http://127.0.0.1:18080/{route}", true,
            "http://127.0.0.1:18080/na1/lol/status/v4/platform-data"
        ),
        (
            "http://127.0.0.1:18080/{route}/", true,
            "http://127.0.0.1:18080/na1/lol/status/v4/platform-data"
        ),
        ("http://[::1]:8080/{route}", true, "http://[::1]:8080/na1/lol/status/v4/platform-data"),
        ("http://localhost/a/{route}/b", true, "http://localhost/a/na1/b/lol/status/v4/platform-data"),
        (
            "https://proxy.example:8443/riot/{route}", false,
            "https://proxy.example:8443/riot/na1/lol/status/v4/platform-data"
        ),
    ])
    func accepts(template: String, isLoopback: Bool, address: String) throws {
        let base = try RiotBaseURL(template: template)
        #expect(base.isLoopback == isLoopback)
        #expect(try RiotConfiguration.isLoopback(baseURL: template) == isLoopback)
        #expect(try base.address(of: .platformStatus(.na1)) == address)
    }

    @Test(arguments: [
        "", "https://api.riotgames.com", "http://{route}.api.riotgames.com",
        "http://{route}.localhost:80",
        "http://127.0.0.1.example/{route}", "http://user@127.0.0.1/{route}",
        "https://{route}.x/{route}",
        "ftp://127.0.0.1/{route}", "https://{route}.x?y=z", "https://{route}.x#y", "https:// /{route}",
        "https:///{route}", "http://127.0.0.1:0/{route}", "http://127.0.0.1:99999/{route}", "{route}",
        "http://[::1/{route}", "https://x\r\nHost: y/{route}", "https://é.example/{route}",
        "http://10.0.0.1/{route}",
    ])
    func refuses(template: String) {
        let error = #expect(throws: RiotError.self) { try RiotBaseURL(template: template) }
        #expect(error?.code == .invalidConfiguration)
    }
}

@Suite struct RiotKeyTests {
    @Test func showsItselfToNobody() throws {
        let key = try RiotKey("RGAPI-secret")
        var dumped = ""
        dump(key, to: &dumped)
        let configuration = RiotConfiguration(key: key)
        var dumpedConfiguration = ""
        dump(configuration, to: &dumpedConfiguration)
        let request = HTTPRequest(
            url: "u",
            key: key,
            userAgent: "a",
            connectTimeout: .zero,
            timeout: .zero,
            bodyLimit: 0
        )
        for text in [
            "\(key)", String(reflecting: key), dumped, "\(configuration)",
            String(reflecting: configuration),
            dumpedConfiguration, "\(request)", String(reflecting: request), "\([key])",
            "\(Optional(key) as Any)",
        ] {
            #expect(!text.contains("secret"), "\(text)")
        }
    }

    @Test(arguments: [
        "", " ", "a b", "a\r\nX: y", "a\n", "é", String(repeating: "x", count: 257), "a\u{0}",
    ])
    func refusesWhatCannotStandInAHeader(text: String) {
        let error = #expect(throws: RiotError.self) { try RiotKey(text) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error.map { text.isEmpty || text == " " || !$0.message.contains(text) } == true)
    }

    @Test func noEncoderAndNoMirrorTakesIt() throws {
        struct Failure: Error { let key: RiotKey }
        let key = try RiotKey("RGAPI-secret")
        #expect(Mirror(reflecting: key).children.isEmpty)
        #expect(key.debugDescription == key.description)
        #expect(!((key as Any) is any Encodable))
        #expect(!((key as Any) is any LosslessStringConvertible))
        let error: any Error = Failure(key: key)
        var dumped = ""
        dump(error, to: &dumped)
        for text in ["\(error)", String(reflecting: error), dumped] { #expect(!text.contains("secret"), "\(text)") }
    }

    @Test func isTakenOutOfWhatAServerWrote() throws {
        let key = try RiotKey("RGAPI-1")
        #expect(key.redacted(from: "Unknown apikey RGAPI-1!") == "Unknown apikey •••!")
        #expect(key.redacted(from: "RGAPI-1RGAPI-1") == "••••••")
        #expect(key.redacted(from: "RGAPI-") == "RGAPI-")
        #expect(key.redacted(from: "") == "")
        #expect(key.redacted(from: "é喵 RGAPI-1\u{301}").contains("RGAPI-1") == false)
    }
}
