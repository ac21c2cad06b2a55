import Storage
import Testing

@testable import riftctl

/// How answers are printed, and what is offered for a mistyped name.
@Suite("Answers of riftctl query") struct QueryOutputTests {
    private static let answer = QuestionAnswer(
        columns: ["name", "games", "share"],
        rows: [["雪月花#NA1", "7", "85.7"], ["a,\"b\"\n\u{1B}[2J", "12", nil], [nil, "-1", "0.0"]],
        isCut: false
    )

    @Test func aTableIsAlignedAndMovesNoCursor() {
        #expect(
            AnswerTable(Self.answer).lines == [
                "name        games  share",
                "雪月花#NA1      7   85.7",
                "a,\"b\"??[2J     12",
                "               -1    0.0",
            ]
        )
        #expect(
            AnswerTable(QuestionAnswer(columns: ["n"], rows: [], isCut: false)).lines == ["No matches answer that."]
        )
    }

    /// RFC 4180, section 2.
    @Test func commasQuotesAndLineBreaksStandInQuotes() {
        #expect(
            AnswerCSV(Self.answer).text + "\n"
                == "name,games,share\r\n雪月花#NA1,7,85.7\r\n\"a,\"\"b\"\"\n\u{1B}[2J\",12,\r\n,-1,0.0\r\n"
        )
        #expect(AnswerCSV(QuestionAnswer(columns: ["a", "b"], rows: [], isCut: false)).text + "\n" == "a,b\r\n")
    }

    @Test func namesThatAreMeantComeFirst() {
        let names = ["champions", "roles", "lane_lead", "lane_opponents", "deaths"]
        #expect(NearNames.closest(to: "lane", in: names) == ["lane_lead", "lane_opponents"])
        #expect(NearNames.closest(to: "Role", in: names) == ["roles"])
        #expect(NearNames.closest(to: "rolls", in: names) == ["roles"])
        #expect(NearNames.closest(to: "champoins", in: names) == ["champions"])
        #expect(NearNames.closest(to: "xyz", in: names) == [])
        #expect(NearNames.closest(to: "r", in: (1...9).map { "r\($0)" }).count == NearNames.offered)
    }

    @Test(arguments: [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("same", "same", 0)])
    func distancesAreLevenshteins(one: String, other: String, distance: Int) {
        #expect(NearNames.distance(Array(one), Array(other)) == distance)
        #expect(NearNames.distance(Array(other), Array(one)) == distance)
    }

    @Test func theListNamesAllWithTheirTitles() throws {
        #expect(QuestionList.lines.count == 20)
        #expect(QuestionList.lines[0] == " 1  champions       Win rate, games and KDA by champion")
        #expect(QuestionList.lines[19].hasPrefix("20  standing        How a player stands"))
        let details = QuestionList.details(of: try QuestionList.question("lane-lead"))
        #expect(details[0].hasSuffix("at 10 and 15 minutes."))
        #expect(details.contains { $0.hasPrefix("Columns: role; minute;") })
    }
}
