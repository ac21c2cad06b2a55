import ArgumentParser
import Testing

@testable import riftctl

/// `riftctl queue`: what is asked for, and what is shown.
struct QueueCommandTests {
    private func entry(_ change: String) throws -> QueueStatsMessage {
        try QueueStatsMessage(
            answer: Array(
                """
                {"lane":"americas","kind":"match","waiting":0,"running":0,"delayed":0,"dead":0,"hold_ms":0,\(change)}
                """.utf8
            )
        )
    }

    @Test func onlyListsWhereSomethingIsAreShown() throws {
        let quiet = try entry(#""paused":false"#)
        let paused = try entry(#""paused":true,"paused_at":"2025-06-15T15:06:40.123Z""#)
        #expect(
            QueueDisplay.stats([quiet], showsAll: false) == ["Nothing waits, runs or is dead, and nothing is paused."]
        )
        #expect(QueueDisplay.stats([quiet, paused], showsAll: true).count == 3)
        #expect(
            QueueDisplay.stats([quiet, paused], showsAll: false) == [
                "ROUTE     KIND   WAITING  RUNNING  DELAYED  DEAD  CLAIMED",
                "americas  match  0        0        0        0     paused since 2025-06-15 15:06:40Z",
            ]
        )
    }

    @Test func aHoldIsToldInWholeSeconds() throws {
        let held = try QueueStatsMessage(
            answer: Array(
                """
                {"lane":"sea","kind":"match","waiting":1,"running":2,"delayed":3,"dead":4,"hold_ms":1001,"paused":false}
                """.utf8
            )
        )
        let line = try #require(QueueDisplay.stats([held], showsAll: false).last)
        #expect(line.hasSuffix("not for 2 s: Riot said so"))
    }

    @Test func tenantsAreATableAndTheRestIsCounted() throws {
        let message = try QueueTenantsMessage(
            answer: Array(
                """
                {"lane":"sea","kind":"match","total":3,"tenants":[
                {"tenant":"t1","waiting":1500,"background":0,"running":4,"oldest_ms":65000},
                {"tenant":"retry","waiting":0,"background":0,"running":1}]}
                """.utf8
            )
        )
        #expect(
            QueueDisplay.tenants(message) == [
                "TENANT  WAITING  BACKGROUND  RUNNING  OLDEST", "t1      1500     0           4        65 s",
                "retry   0        0           1        -", "… and 1 more.",
            ]
        )
    }

    @Test func aPauseSaysWhatItChanged() throws {
        func message(changed: Int, inForce: Bool) throws -> QueuePauseMessage {
            try QueuePauseMessage(
                answer: Array(
                    #"{"kinds":["match"],"routes":["asia","sea"],"changed":\#(changed),"in_force":\#(inForce)}"#.utf8
                )
            )
        }
        #expect(
            try QueueDisplay.change(message(changed: 2, inForce: true), isPaused: true) == [
                "Paused: match at asia, sea."
            ]
        )
        #expect(
            try QueueDisplay.change(message(changed: 1, inForce: false), isPaused: false) == [
                "Resumed: match at asia, sea.", "1 of these 2 were so before.",
                "Redis does not answer; it learns of it when it does.",
            ]
        )
    }

    @Test func statsIsWhatIsMeantWithoutAWord() throws {
        #expect(try QueueCommand.parseAsRoot([]) is QueueCommand.Stats)
        let pause = try #require(try QueueCommand.parseAsRoot(["pause", "--kind", "match"]) as? QueueCommand.Pause)
        #expect(pause.place.kind == "match" && pause.place.route == nil)
        #expect(throws: (any Error).self) { try QueueCommand.parseAsRoot(["tenants", "--kind", "match"]) }
    }
}
