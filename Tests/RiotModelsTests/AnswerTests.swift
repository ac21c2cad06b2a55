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

    private func decode<Value: Decodable>(_ type: Value.Type, _ json: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(json.utf8))
    }
}
