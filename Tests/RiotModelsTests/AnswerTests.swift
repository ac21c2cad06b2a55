import Foundation
import RiotModels
import Testing

@Suite struct AnswerTests {
    @Test func readsAnAccountWithAndWithoutAName() throws {
        let full = try decode(RiotAccount.self, #"{"puuid":"p","gameName":"Näme","tagLine":"T","future":[1]}"#)
        #expect(full == RiotAccount(puuid: "p", gameName: "Näme", tagLine: "T"))
        #expect(try decode(RiotAccount.self, #"{"puuid":"p"}"#) == RiotAccount(puuid: "p"))
        #expect(throws: DecodingError.self) { try decode(RiotAccount.self, #"{"gameName":"x"}"#) }
    }

    @Test func takesWhatASummonerLeavesOutForZero() throws {
        let full = try decode(
            RiotSummoner.self,
            #"{"puuid":"p","profileIconId":4,"revisionDate":1700000000000,"summonerLevel":30}"#
        )
        #expect(
            full == RiotSummoner(puuid: "p", profileIconId: 4, revisionDate: 1_700_000_000_000, summonerLevel: 30)
        )
        #expect(try decode(RiotSummoner.self, #"{"puuid":"p"}"#) == RiotSummoner(puuid: "p"))
        #expect(throws: DecodingError.self) { try decode(RiotSummoner.self, #"{"summonerLevel":30}"#) }
    }

    @Test func readsTheRegionAPlayerIsActiveOn() throws {
        let full = try decode(RiotActiveRegion.self, #"{"puuid":"p","game":"lol","region":"euw1"}"#)
        #expect(full == RiotActiveRegion(puuid: "p", region: "euw1"))
        #expect(full.platform == .euw1)
        #expect(RiotActiveRegion(region: "EUN1").platform == .eun1)
        #expect(try decode(RiotActiveRegion.self, "{}") == RiotActiveRegion(game: "", region: ""))
        #expect(try decode(RiotActiveRegion.self, #"{"region":"mars1"}"#).platform == nil)
    }

    @Test func readsRankedEntriesAndThoseWithoutATier() throws {
        let json = #"""
            [{"leagueId":"l","queueType":"RANKED_SOLO_5x5","tier":"GOLD","rank":"II","puuid":"p","leaguePoints":57,
              "wins":12,"losses":9,"veteran":true,"inactive":true,"freshBlood":true,"hotStreak":true,
              "miniSeries":{"losses":1,"progress":"WLN","target":2,"wins":1},"summonerId":"gone"},
             {"queueType":"RANKED_FLEX_SR","tier":"CHALLENGER","rank":"I","leaguePoints":1204},
             {"queueType":"CHERRY","tier":"","rank":"","wins":3},
             {"queueType":"RANKED_TFT_TURBO","puuid":"p","miniSeries":{}},
             {}]
            """#
        let entries = try decode([RiotLeagueEntry].self, json)
        #expect(
            entries == [
                RiotLeagueEntry(
                    queueType: "RANKED_SOLO_5x5",
                    leagueId: "l",
                    tier: "GOLD",
                    rank: "II",
                    leaguePoints: 57,
                    wins: 12,
                    losses: 9,
                    hotStreak: true,
                    veteran: true,
                    freshBlood: true,
                    inactive: true,
                    miniSeries: RiotMiniSeries(progress: "WLN", target: 2, wins: 1, losses: 1)
                ),
                RiotLeagueEntry(queueType: "RANKED_FLEX_SR", tier: "CHALLENGER", rank: "I", leaguePoints: 1204),
                RiotLeagueEntry(queueType: "CHERRY", wins: 3),
                RiotLeagueEntry(queueType: "RANKED_TFT_TURBO", miniSeries: RiotMiniSeries()),
                RiotLeagueEntry(queueType: ""),
            ]
        )
        #expect(try decode([RiotLeagueEntry].self, "[]").isEmpty)
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }
}
