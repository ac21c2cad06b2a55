import ArgumentParser
import Logging
import Postgres
import RiotModels
import Storage
import TestSupport
import Testing

@testable import riftctl

/// What `riftctl query` accepts, and what it prints from a real database.
@Suite("riftctl query", .timeLimit(.minutes(2))) struct QueryCommandTests {
    private func request(_ arguments: String...) throws -> QueryRequest {
        try QueryRequest(try QueryCommand.parse(arguments))
    }

    @Test func everyFilterIsUnderstood() throws {
        let request = try request(
            "4",
            "--player",
            "Some Name#NA1",
            "--year",
            "2025",
            "--platform",
            "EUW1",
            "--queue",
            "420,440",
            "--minimum",
            "3",
            "--format",
            "csv"
        )
        #expect(request.question.name == "lane_lead" && request.player.gameName == "Some Name")
        #expect(request.year == 2025 && request.platform == .euw1 && request.queues == .numbers([420, 440]))
        #expect(request.minimum == 3 && request.format == .csv)
        let plain = try self.request("roles", "--player", "A#B")
        #expect(plain.year == nil && plain.platform == nil && plain.queues == .ranked && plain.minimum == nil)
        #expect(plain.format == .table)
    }

    @Test(arguments: [
        (["roels", "--player", "A#B"], "There is no question 'roels'. There are: champions, roles,"),
        (["champoins", "--player", "A#B"], "There is no question 'champoins'. Like it: champions."),
        (["--player", "A#B"], "Which question? riftctl query --list names them."),
        (["roles"], "Whose matches? Name the player: --player 'Name#TAG'."),
        (["roles", "--player", "A"], "--player: "),
        (["roles", "--player", "A#B", "--year", "20255"], "--year 20255: "),
        (
            ["roles", "--player", "A#B", "--platform", "na"],
            "--platform na: there is no such platform; there are br1, "
        ),
        (["roles", "--player", "A#B", "--queue", "solo"], "--queue solo: ranked, rift, all, or "),
        (["roles", "--player", "A#B", "--minimum", "0"], "--minimum 0: "),
    ])
    func whatCannotBeAskedIsRefusedBeforeTheDatabaseIs(arguments: [String], beginning: String) throws {
        let failure = try #require(throws: CommandFailure.self) {
            try QueryRequest(try QueryCommand.parse(arguments))
        }
        #expect(failure.code == 64)
        #expect(failure.message.hasPrefix(beginning), "\(failure.message)")
    }

    @Test func theAnswerIsPrintedInEveryForm() async throws {
        try await withDatabase { database in
            let expected = [
                "table": """
                role    games  wins  win_percent  kills  deaths  assists   kda
                MIDDLE      1     1        100.0    7.0     2.0      3.0  5.00
                """,
                "csv": "role,games,wins,win_percent,kills,deaths,assists,kda\r\nMIDDLE,1,1,100.0,7.0,2.0,3.0,5.00\r",
                "json":
                    #"[{"role":"MIDDLE","games":1,"wins":1,"win_percent":100.0,"kills":7.0,"deaths":2.0,"assists":3.0,"kda":5.00}]"#,
            ]
            for (format, text) in expected {
                let request = try request("roles", "--player", "some name#na1", "--format", format)
                let output = try await database.withStorage { try await request.output(from: $0) }
                #expect(output.text == text)
                #expect(!output.isCut)
            }
            let other = try request("roles", "--player", "Some Name#NA1", "--year", "2024")
            #expect(
                try await database.withStorage { try await other.output(from: $0) }.text == "No matches answer that."
            )
        }
    }

    @Test func anUnknownPlayerIsToldWhoIsMeant() async throws {
        try await withDatabase { database in
            let request = try request("roles", "--player", "Sone Name#NA1")
            let failure = try await #require(throws: CommandFailure.self) {
                try await database.withStorage { try await request.output(from: $0) }
            }
            #expect(failure.code == 64)
            #expect(failure.message.hasPrefix("Nobody here is called Sone Name#NA1. Like it: Some Name#NA1. "))
        }
    }

    @Test func aDatabaseOfAnotherSchemaIsRefused() async throws {
        try await withTestDatabase { url in
            let database = QueryDatabase(try PostgresConfiguration(url: url, applicationName: "t"), keyScope: "default")
            let request = try request("roles", "--player", "A#B")
            let failure = try await #require(throws: CommandFailure.self) {
                try await database.withStorage { try await request.output(from: $0) }
            }
            #expect(failure.code == 78)
            #expect(failure.message.contains("run riftctl migrate"))
        }
    }

    /// A database with one game of `Some Name#NA1`.
    private func withDatabase(_ body: (QueryDatabase) async throws -> Void) async throws {
        try await withTestDatabase { url in
            let configuration = try PostgresConfiguration(url: url, applicationName: "query-tests")
            let logger = Logger(label: "query-tests")
            let pool = PostgresPool(configuration: configuration, maximumConnections: 1, logger: logger)
            let storage = Storage(pool: pool, keyScope: "default", logger: logger)
            do {
                try await storage.migrate()
                _ = try await storage.storeMatch(
                    try MatchID("NA1_5000000001"),
                    body: Array(Self.match.utf8),
                    isGzip: false,
                    receivedAt: 1_760_000_000_000
                )
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
            try await body(QueryDatabase(configuration, keyScope: "default"))
        }
    }

    private static let match = """
        {"metadata":{"matchId":"NA1_5000000001","participants":["p"]},"info":{"gameStartTimestamp":1751371200000,
         "gameEndTimestamp":1751373000000,"gameDuration":1800,"queueId":420,"gameMode":"CLASSIC","mapId":11,
         "gameVersion":"15.13.1.1","teams":[],"participants":[{"participantId":1,"puuid":"p","riotIdGameName":"Some Name",
         "riotIdTagline":"NA1","championId":103,"championName":"Ahri","teamPosition":"MIDDLE","teamId":100,"win":true,
         "kills":7,"deaths":2,"assists":3,"gameEndedInEarlySurrender":false}]}}
        """
}
