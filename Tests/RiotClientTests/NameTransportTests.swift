import Logging
import RiotModels
import RiotSimulator
import Testing

@testable import RiotClient

/// Names of every kind on their way through libcurl and a real HTTP server, which decodes the path once.
@Suite(.timeLimit(.minutes(2))) struct NameTransportTests {
    /// Names as players have them, and such as could change a path.
    static let names: [(gameName: String, tagLine: String)] = [
        ("Hide on bush", "KR1"), ("two  spaces", "NA1"), ("a/b", "c/d"), ("a?b=c&d", "e?f"), ("100%", "5%"),
        ("%2F", "%25"), ("a+b", "+1"), ("a;b:c@d", "x=y"), ("a\\b", "\"'<>"), ("{route}", "[1]"),
        ("红烧狮子头", "喵喵喵"), ("夜明けの猫", "日本"), ("푸른고래", "한국1"), ("e\u{301}toile", "x\u{0323}\u{0301}"),
        ("שלום עולם", "עברית"), ("نجم الليل", "عرب"), ("\u{202E}reversed", "RTL"), ("🙂🏳️‍🌈", "🦀"), ("....", "..."),
    ]

    @Test func everyNameArrivesAsItIs() async throws {
        let ids = try Self.names.map { try RiotID(gameName: $0.gameName, tagLine: $0.tagLine) }
        var world = WorldOptions()
        world.platforms = []
        world.years = []
        world.named = ids.map { WorldOptions.NamedPlayer($0, platform: .na1, matches: [:]) }
        let options = SimulatorOptions(limits: .none, key: "RGAPI-names")
        try await SimulatorServer.withRunning(try SimulatorWorld(world), options: options) { simulator in
            let client = try Self.client(of: try await simulator.baseURL())
            for id in ids {
                let account: RiotAccount = try await client.fetch(.account(id, .americas), patience: .seconds(20))
                    .decoded()
                #expect(account.gameName.map(scalars) == scalars(id.gameName), "\(id)")
                #expect(account.tagLine.map(scalars) == scalars(id.tagLine), "\(id)")
            }
            await client.shutdown()
        }
    }

    /// Riot's sentence for an unknown name repeats it as the server has decoded it.
    @Test func anUnknownNameIsToldAsItWasAskedFor() async throws {
        let options = SimulatorOptions(limits: .none, key: "RGAPI-names")
        try await SimulatorServer.withRunning(try SimulatorWorld(WorldOptions()), options: options) { simulator in
            let client = try Self.client(of: try await simulator.baseURL())
            for (gameName, tagLine) in Self.names {
                let id = try RiotID(gameName: gameName, tagLine: tagLine)
                let error = await #expect(throws: RiotError.self) {
                    try await client.fetch(.account(id, .asia), patience: .seconds(20))
                }
                #expect(error?.code == .notFound)
                let told = "Data not found - No results found for player with riot id \(id)"
                #expect(error.map { scalars($0.message) } == scalars(told), "\(id)")
            }
            await client.shutdown()
        }
    }

    /// Without Redis a client sends to this machine only, which is all that is needed here.
    private static func client(of baseURL: String) throws -> RiotClient {
        let logger = Logger(label: "names") { _ in SwiftLogNoOpLogHandler() }
        let limiter = RateLimiter(
            redis: nil,
            prefix: "names:",
            scope: "test",
            isLoopback: true,
            owner: "test",
            logger: logger
        )
        let configuration = RiotConfiguration(baseURL: baseURL, key: try RiotKey("RGAPI-names"))
        return try RiotClient(configuration: configuration, limiter: limiter, logger: logger)
    }

    /// Compared by scalars: `==` would take a composed and a decomposed letter for the same.
    private func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
}
