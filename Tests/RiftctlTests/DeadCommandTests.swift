import ArgumentParser
import Testing

@testable import riftctl

/// `riftctl dead`: what is asked for, and what is shown.
struct DeadCommandTests {
    private static let letter = """
        {"kind":"match","subject":"NA1_7","platform":"na1","route":"americas","attempts":3,
         "first_seen":"2025-06-15T15:06:40.123Z","last_seen":"2025-06-16T01:02:03.000Z",
         "fingerprint":"0123456789abcdef0123456789abcdef","reason":"Riot answered 400: Bad Request","tasks":2}
        """

    // MARK: Words

    @Test func aLetterIsNamedByItsJob() throws {
        let name = try #require(DeadName(argument: "match:NA1_7"))
        #expect(name.members.json == #"{"kind":"match","subject":"NA1_7"}"#)
        for nonsense in ["", "NA1_7", "match", "match:", "fin:x", ":NA1_7"] {
            #expect(DeadName(argument: nonsense) == nil)
        }
    }

    @Test func aFilterBecomesParameters() throws {
        let words = ["--kind", "match", "--fingerprint", "0123ab", "--route", "sea", "--platform", "oc1", "--missing"]
        let command = try #require(try DeadCommand.parseAsRoot(["retry"] + words) as? DeadCommand.Retry)
        #expect(
            command.choice.filter.members.json
                == #"{"kind":"match","fingerprint":"0123ab","route":"sea","platform":"oc1","missing":true}"#
        )
        let list = try #require(try DeadCommand.parseAsRoot([]) as? DeadCommand.List)
        #expect(list.filter.members.json == "{}" && list.limit == 50)
    }

    @Test(
        arguments: [
            ["retry"], ["drop", "--route", "sea"], ["retry", "match:NA1_1", "--kind", "match"], ["retry", "NA1_1"],
            ["show"],
        ]
    )
    func whatMeansNothingOrTooMuchIsRefused(words: [String]) {
        #expect(throws: (any Error).self) { try DeadCommand.parseAsRoot(words) }
    }

    // MARK: Answers

    @Test func lettersAreATableAndTheNextPageIsNamed() throws {
        let message = try DeadListMessage(answer: Array(#"{"letters":[\#(Self.letter)],"next":"1.match.NA1_7"}"#.utf8))
        #expect(
            DeadDisplay.list(message) == [
                "LETTER       LAST                  TRIED  STATUS  TASKS  CAUSE       AGAIN  REASON",
                "match:NA1_7  2025-06-16 01:02:03Z  3      -       2      0123456789  -      Riot answered 400: Bad Request",
                "… and more: --cursor 1.match.NA1_7",
            ]
        )
        let none = try DeadListMessage(answer: Array(#"{"letters":[]}"#.utf8))
        #expect(DeadDisplay.list(none) == ["There are no such dead letters."])
    }

    @Test func groupsAreATable() throws {
        let message = try DeadListMessage(
            answer: Array(
                """
                {"groups":[{"fingerprint":"0123456789abcdef0123456789abcdef","kind":"match","status":404,"count":12,
                "retry_asked":1,"first_seen":"2025-06-15T15:06:40.123Z","last_seen":"2025-06-16T01:02:03.000Z",
                "reason":"gone"}]}
                """.utf8
            )
        )
        #expect(
            DeadDisplay.list(message) == [
                "CAUSE       KIND   STATUS  LETTERS  ASKED  FIRST                 LAST                  REASON OF ONE",
                "0123456789  match  404     12       1      2025-06-15 15:06:40Z  2025-06-16 01:02:03Z  gone",
            ]
        )
    }

    @Test func oneLetterIsShownWithItsTasksAndItsJob() throws {
        let message = try DeadShowMessage(
            answer: Array(
                """
                {"letter":\(Self.letter),"payload":"{}","job":{"state":"delay","attempts":2,"stalls":1},
                "failed_in":[{"task_id":"t1","state":"SUCCESS","summoner":"Some One#NA1","year":2025}]}
                """.utf8
            )
        )
        let lines = DeadDisplay.lines(message)
        #expect(lines.first == "letter     match:NA1_7")
        #expect(lines.contains("job        delay, 2 attempts, 1 stalls"))
        #expect(lines.suffix(2) == ["tasks      2 count it as failed", "  t1  SUCCESS  Some One#NA1  2025"])
    }

    @Test func theSumOfSeveralCallsIsTold() throws {
        func message(_ text: String) throws -> DeadChangeMessage { try DeadChangeMessage(answer: Array(text.utf8)) }
        let first = try message(
            #"{"matches":500,"timelines":0,"players":0,"held":2,"left":3,"dry_run":false}"#
        )
        let second = try message(#"{"matches":1,"timelines":2,"players":0,"held":0,"left":0,"dry_run":false}"#)
        #expect(
            DeadDisplay.retried(first + second) == [
                "501 matches, 2 timelines and 0 syncs are tried again, behind what somebody waits for.",
                "2 more were held already, and are no dead letters any more.",
            ]
        )
        #expect(DeadDisplay.dropped(first).last == "3 are left; call it again.")
        let dry = try message(#"{"matches":7,"timelines":0,"players":1,"held":0,"left":0,"dry_run":true}"#)
        #expect(
            DeadDisplay.retried(dry) == [
                "7 matches, 0 timelines and 1 syncs would be tried again. Nothing was changed."
            ]
        )
        #expect(DeadDisplay.dropped(DeadChangeMessage()) == ["There are no such dead letters."])
        #expect(throws: CommandFailure.self) { try message("{}") }
    }
}
