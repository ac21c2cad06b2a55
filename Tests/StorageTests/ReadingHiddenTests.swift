import Postgres
import RiotModels
import Testing

@testable import Storage

/// What frontends see of a player who is hidden.
@Suite(.timeLimit(.minutes(2))) struct ReadingHiddenTests {
    @Test func aHiddenPlayerIsNotFoundAndNamelessInHisMatches() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            try await storage.storeTimeline(.timeline())
            let match = try MatchID(MatchDecoderTests.id)
            let seen = try #require(try await storage.fullMatch(match)).participants.map(\.puuid)
            #expect(seen == (1...10).map { testPuuid($0) })
            let id = try #require(try await storage.persons(.puuid(testPuuid(3))).first?.summonerID)
            let name = try #require(
                try await storage.value("SELECT game_name FROM summoner WHERE puuid = $1", [.text(testPuuid(3))])
            )
            let found = try await storage.findPlayers(name).count
            #expect(try await storage.setHidden(true, id))
            #expect(try await storage.findPlayers(name).count == found - 1)
            let hidden = try #require(try await storage.fullMatch(match)).participants[2]
            #expect(hidden.puuid == nil && hidden.summonerID == nil && hidden.championID != nil)
            let timeline = try #require(try await storage.fullTimeline(match))
            #expect(timeline.participants.compactMap(\.puuid).count == 9)
            #expect(try await storage.setHidden(false, id))
            #expect(try #require(try await storage.fullMatch(match)).participants[2].puuid == testPuuid(3))
        }
    }
}
