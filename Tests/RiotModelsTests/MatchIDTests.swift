import Foundation
import RiotModels
import Testing

@Suite struct MatchIDTests {
    @Test(arguments: [
        ("EUW1_6852390800", Platform.euw1, Int64(6_852_390_800), RegionalRoute.europe),
        ("KR_6604607115", .kr, 6_604_607_115, .asia), ("RU_1", .ru, 1, .europe), ("PH2_77", .ph2, 77, .sea),
        ("OC1_9223372036854775807", .oc1, .max, .sea),
    ])
    func readsWhatRiotWrites(text: String, platform: Platform, number: Int64, route: RegionalRoute) throws {
        let id = try MatchID(text)
        #expect(id.platform == platform)
        #expect(id.number == number)
        #expect(id.route == route)
        #expect(id.text == text)
        #expect("\(id)" == text)
    }

    @Test(arguments: [
        "", "NA1", "NA1_", "_1", "na1_1", "NA1_01", "NA1_0", "NA1_-1", "NA1_+1", "NA1_1 ", " NA1_1", "NA1_1_2",
        "XX1_1", "NA1_9223372036854775808", "NA1_１", "NA1-1", "NA1_1\n", "NA1_\u{301}1", "NA1_1e3", "NA1_1\u{0}",
    ])
    func refusesEverythingElse(text: String) {
        #expect(throws: RiotModelError.self) { try MatchID(text) }
    }

    @Test func errorIsShortAndHarmlessWhateverCame() throws {
        let error = try #require(throws: RiotModelError.self) {
            try MatchID("\u{1B}[2J" + String(repeating: "x", count: 10_000))
        }
        #expect(error.subject == .matchID)
        #expect(error.message.utf8.count < 200)
        #expect(!error.message.contains("\u{1B}"))
        #expect(error.message.contains("NA1_5012345678"))
    }

    @Test func isTextInJSON() throws {
        let ids = try JSONDecoder().decode([MatchID].self, from: Data(#"["NA1_5","KR_6"]"#.utf8))
        #expect(ids.map(\.text) == ["NA1_5", "KR_6"])
        #expect(try String(decoding: JSONEncoder().encode(ids), as: UTF8.self) == #"["NA1_5","KR_6"]"#)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([MatchID].self, from: Data(#"["na1_5"]"#.utf8)) }
    }
}
