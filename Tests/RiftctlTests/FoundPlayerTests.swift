import Foundation
import Testing

@testable import riftctl

@Suite struct FoundPlayerTests {
    @Test func aPlayerIsShownWithHisRanks() throws {
        let json = #"""
            {"summoner_id":7,"puuid":"p","game_name":"Jane Doe","tag_line":"NA1","platform":"na1","level":30,"icon_id":4,
             "active_platform":"euw1","note":"Jane Doe#NA1 plays on euw1 now, not on na1.","ranks":[
             {"queue_type":"CHERRY","league_points":0,"wins":3,"losses":1,"hot_streak":false,"since":"x"},
             {"queue_type":"RANKED_SOLO_5x5","tier":"GOLD","division":"II","league_points":57,"wins":12,"losses":9}]}
            """#
        let player = try JSONDecoder().decode(FoundPlayer.self, from: Data(json.utf8))
        #expect(
            player.lines == [
                "Jane Doe#NA1 on na1: level 30, icon 4, summoner 7", "    CHERRY: 3 won, 1 lost",
                "    RANKED_SOLO_5x5: GOLD II, 57 points, 12 won, 9 lost",
                "    Jane Doe#NA1 plays on euw1 now, not on na1.",
            ]
        )
    }

    @Test func anUnrankedPlayerIsCalledThat() throws {
        let json =
            #"{"summoner_id":7,"game_name":"A","tag_line":"b","platform":"kr","level":0,"icon_id":0,"ranks":[]}"#
        let player = try JSONDecoder().decode(FoundPlayer.self, from: Data(json.utf8))
        #expect(player.lines == ["A#b on kr: level 0, icon 0, summoner 7", "    unranked"])
    }
}
