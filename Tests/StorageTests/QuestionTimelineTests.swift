import Postgres
import RiotModels
import Testing

@testable import Storage

/// Questions 4, 5, 9 to 12, 15, 17 and 18: what timelines tell, with answers worked out by hand.
@Suite("Questions about timelines", .timeLimit(.minutes(2))) struct QuestionTimelineTests {
    /// A game in which the player earns `own` gold a minute, his opponent 300 and all others 500.
    private func game(
        _ number: Int,
        as role: String = "MIDDLE",
        on team: Int = 100,
        wins: Bool = true,
        minutes: Double = 30,
        own: Int
    ) -> QuestionGame {
        QuestionGame(number, as: role, on: team, wins: wins).with { game in
            let (me, opponent) = (game.me, game.opponent)
            game.seconds = Int(minutes * 60)
            game.hasTimeline = true
            game.gold = { participant, frame in frame * (participant == me ? own : participant == opponent ? 300 : 500)
            }
        }
    }

    @Test func laneLeadsAreThoseOfTheMinute() async throws {
        let games = [
            game(1, own: 400), game(2, on: 200, own: 340),
            // Over before 15:00: its last frame is the sixteenth, and is none of minute 15.
            game(3, minutes: 14.75, own: 250),
            game(4, own: 900).with { $0.hasTimeline = false },
            game(5, own: 900).with { $0[$0.opponent].puuid = "BOT" },
        ]
        // Minute 10: 1000, 400 and -500 gold more; experience is twice the gold; CS 15, 6 and -8; levels 9, 7 and 6
        // against 7. Minute 15: 1500 and 600; CS 23 and 9; levels 13 and 11 against 10.
        let answer = ["MIDDLE|10|3|300|600|4.3|0.3", "MIDDLE|15|2|1050|2100|16.0|2.0"]
        try await withQuestions(games) { desk async throws in
            #expect(try await desk.ask("lane_lead") == answer)
            #expect(try await desk.ask("lane_lead", minimum: 3) == Array(answer.prefix(1)))
            #expect(try await desk.ask("lane_lead", queues: .numbers([420, 870, 1700])) == answer)
        }
    }

    @Test func goldAt15IsOfTheLaneAndOfTheTeam() async throws {
        let games = [
            game(1, own: 367),  // 1,005 ahead
            game(2, wins: false, own: 233),  // 1,005 behind
            game(3, on: 200, own: 366),  // 990 ahead
            game(4, own: 600).with { game in  // 4,500 ahead in the lane, with a team that is 10,500 behind
                game.gold = { participant, frame in frame * (participant == 3 ? 600 : participant == 1 ? -700 : 300) }
            },
            game(5, minutes: 14.75, own: 900),
            game(6, wins: false, own: 300).with { game in  // exactly 1,000 at 15, and no more
                game.gold = { participant, frame in frame * 300 + (participant == 3 && frame == 15 ? 1_000 : 0) }
            },
        ]
        let answer = [
            "lane|ahead|3|2|66.7|2168", "lane|behind|1|0|0.0|-1005", "lane|even|1|1|100.0|990",
            "team|ahead|2|1|50.0|1003", "team|behind|2|1|50.0|-5753", "team|even|1|1|100.0|990",
        ]
        try await withQuestions(games) { desk async throws in
            #expect(try await desk.ask("gold_at_15") == answer)
            #expect(try await desk.ask("gold_at_15", queues: .numbers([420, 1700])) == answer)
        }
    }

    @Test func itemTimesAreOfWhatWasKept() async throws {
        func buy(_ game: inout QuestionGame, _ seconds: Double, _ item: Int, by participant: Int? = nil) {
            game.add(
                seconds,
                "ITEM_PURCHASED",
                ["participantId": .raw("\(participant ?? game.me)"), "itemId": .raw("\(item)")]
            )
        }
        func undo(_ game: inout QuestionGame, _ seconds: Double, _ item: Int) {
            game.add(
                seconds,
                "ITEM_UNDO",
                ["participantId": .raw("\(game.me)"), "beforeId": .raw("\(item)"), "afterId": 0, "goldGain": 100]
            )
        }
        let first = QuestionGame(1).with { game in
            game[game.me].legendary = [3157, 3089, 3135, 6653]
            buy(&game, 5, 1056)  // the first shopping
            buy(&game, 100, 1052, by: 8)  // somebody else's
            buy(&game, 120, 1052)  // undone, bought and undone again
            undo(&game, 121, 1052)
            game.add(150, "CHAMPION_KILL", ["killerId": 8, "victimId": 3])
            buy(&game, 200, 1001)  // 50 seconds after a death
            game.add(239, "CHAMPION_KILL", ["killerId": 3, "victimId": 8])
            buy(&game, 240, 1028)  // the recall: minute 4
            buy(&game, 600, 3157)
            buy(&game, 700, 3089)
            buy(&game, 701, 3089)
            undo(&game, 702, 3089)
            undo(&game, 703, 3089)
            buy(&game, 900, 3089)  // minute 15
            buy(&game, 1_000, 3089)  // sold in between, and bought again
            buy(&game, 1_100, 3020)  // boots
            buy(&game, 1_200, 3135)
            undo(&game, 1_201, 3135)
        }
        let second = QuestionGame(2, on: 200, playing: (103, "Ahri")).with { game in
            game[game.me].legendary = [3157]
            game[3].legendary = [3089]  // the other one's list
            buy(&game, 90, 1001)  // not yet a recall
            buy(&game, 300, 1052)  // minute 5
            buy(&game, 720, 3157)
            buy(&game, 800, 3089)
        }
        let third = QuestionGame(3, as: "TOP").with { game in
            game[game.me].legendary = [3078]
            buy(&game, 330, 1036)
            buy(&game, 780, 3078)
        }
        try await withQuestions([first, second, third]) { desk async throws in
            #expect(
                try await desk.ask("item_times") == [
                    "Ahri|recall|-|2|4.5", "Ahri|item|3157|2|11.0", "Ahri|item|3089|1|15.0", "Garen|recall|-|1|5.5",
                    "Garen|item|3078|1|13.0",
                ]
            )
            #expect(try await desk.ask("item_times", minimum: 2) == ["Ahri|recall|-|2|4.5", "Ahri|item|3157|2|11.0"])
        }
    }

    @Test func buildsAreTheFirstTwoFinishedItemsInTheirOrder() async throws {
        func build(
            _ number: Int,
            _ items: [Int],
            wins: Bool = true,
            keystone: Int = 8_112,
            legendary: [Int]? = nil
        ) -> QuestionGame {
            QuestionGame(number, wins: wins).with { game in
                game[game.me].legendary = legendary ?? items.sorted()
                game[game.me].figures["keystone"] = keystone
                for (place, item) in items.enumerated() {
                    game.add(
                        Double(600 + place * 100),
                        "ITEM_PURCHASED",
                        ["participantId": .raw("\(game.me)"), "itemId": .raw("\(item)")]
                    )
                }
            }
        }
        let games = [
            build(1, [3157, 3089, 3135]), build(2, [3157, 3089, 6653], wins: false), build(3, [3157, 3089]),
            build(4, [3157, 1056, 3089], legendary: [3089, 3157]),
            build(5, [3089, 3157]), build(6, [3157, 3089], keystone: 8_214), build(7, [3157]),
            build(8, [3157, 3089], legendary: []), build(9, [3157, 3089]).with { $0[$0.me].figures["second"] = 8_400 },
        ]
        try await withQuestions(games) { desk async throws in
            let most = "Ahri|8112|8300|3157|3089|4|3|75.0"
            #expect(try await desk.ask("builds") == [most])
            #expect(
                try await desk.ask("builds", minimum: 1) == [
                    most, "Ahri|8112|8300|3089|3157|1|1|100.0", "Ahri|8112|8400|3157|3089|1|1|100.0",
                    "Ahri|8214|8300|3157|3089|1|1|100.0",
                ]
            )
        }
    }

    @Test func skillOrdersAreByTheFifthPoint() async throws {
        func learn(_ number: Int, _ slots: String, wins: Bool = true, evolving: Bool = false) -> QuestionGame {
            QuestionGame(number, wins: wins).with { game in
                game.add(1, "SKILL_LEVEL_UP", ["participantId": 8, "skillSlot": 2, "levelUpType": "NORMAL"])
                game.add(1.5, "SKILL_LEVEL_UP", ["participantId": 0, "skillSlot": 2, "levelUpType": "NORMAL"])
                if evolving {
                    for time in [1.5, 1.6, 1.7, 1.8, 1.9] {
                        game.add(time, "SKILL_LEVEL_UP", ["participantId": 3, "skillSlot": 2, "levelUpType": "EVOLVE"])
                    }
                }
                for (place, slot) in slots.enumerated() {
                    game.add(
                        Double(2 + place * 10),
                        "SKILL_LEVEL_UP",
                        ["participantId": 3, "skillSlot": .raw("\(slot)"), "levelUpType": "NORMAL"]
                    )
                }
            }
        }
        let games = [
            learn(1, "132114111332333222"),  // Q at the eighth point, E, then W
            learn(2, "132114111332", wins: false, evolving: true),  // Q; E has more points than W
            learn(3, "1233", wins: false),  // none: E has two points
            learn(4, "2222233333311"),  // W before E, which ends with more
            learn(5, ""),
        ]
        try await withQuestions(games) { desk async throws in
            #expect(
                try await desk.ask("skill_orders") == [
                    "Ahri|QEW|QEW|2|1|50.0", "Ahri|WWW|WEQ|1|1|100.0", "Ahri|QWE|EQW|1|0|0.0",
                ]
            )
        }
    }

    @Test func deathsHaveAPlaceAMinuteAndARole() async throws {
        func die(_ game: inout QuestionGame, _ seconds: Double, _ x: Int, _ y: Int, victim: Int? = nil) {
            game.add(
                seconds,
                "CHAMPION_KILL",
                [
                    "killerId": 0, "victimId": .raw("\(victim ?? game.me)"),
                    "position": .members(["x": .raw("\(x)"), "y": .raw("\(y)")]),
                ]
            )
        }
        let blue = QuestionGame(1).with { game in
            die(&game, 299, 7_400, 7_000)  // middle lane
            die(&game, 299.5, 1_000, 9_000)  // top lane
            die(&game, 299.9, 7_000, 7_400)  // middle lane
            die(&game, 300, 9_000, 4_500)  // the bank of the river
            die(&game, 310, 5_000, 10_400)  // the baron's
            die(&game, 320, 9_000, 4_000)  // blue's jungle
            die(&game, 599, 1_500, 2_200)  // blue's base
            die(&game, 599, 13_900, 9_000)  // bottom lane
            die(&game, 599, 7_000, 7_000, victim: 8)
        }
        let red = QuestionGame(2, on: 200, wins: false).with { game in
            die(&game, 450, 9_000, 4_000)  // blue's jungle, the enemy's
            die(&game, 450, 1_500, 2_200)  // blue's base, the enemy's
            die(&game, 450, 13_000, 13_000)  // red's
        }
        let elsewhere = QuestionGame(3).with { game in
            game.map = 12
            die(&game, 100, 7_000, 7_000)
        }
        try await withQuestions([blue, red, elsewhere]) { desk async throws in
            #expect(
                try await desk.ask("deaths") == [
                    "MIDDLE|0|middle lane|2|66.7", "MIDDLE|0|top lane|1|33.3", "MIDDLE|5|own base|2|25.0",
                    "MIDDLE|5|river|2|25.0", "MIDDLE|5|bottom lane|1|12.5", "MIDDLE|5|enemy base|1|12.5",
                    "MIDDLE|5|enemy jungle|1|12.5", "MIDDLE|5|own jungle|1|12.5",
                ]
            )
            #expect(try await desk.ask("deaths", queues: .numbers([450, 1700])) == [])
        }
    }

    @Test func deathsWhileAheadAreSeenInTheFrameBefore() async throws {
        // Ahead by 20 gold a minute until minute 10, from then on behind.
        let turning = QuestionGame(1).score(3, 4, 5).with { game in
            game.gold = { participant, frame in
                participant != 3 ? frame * 300 : frame <= 10 ? frame * 320 : frame * 280
            }
            for seconds in [30.0, 90, 659, 661] {
                // In minute 0 nobody is ahead; at 659 seconds the frame before is the tenth, at 661 the eleventh.
                game.add(seconds, "CHAMPION_KILL", ["killerId": 8, "victimId": 3])
            }
            game.add(100, "CHAMPION_KILL", ["killerId": 3, "victimId": 8])
        }  // 8 of 11 kills
        let plain = QuestionGame(2, wins: false).score(1, 9, 0)  // 1 of 9, without a timeline
        let bot = QuestionGame(3).score(2, 1, 0).with { game in  // 2 of 10, without an opponent
            game[8].puuid = "BOT"
            game.add(200, "CHAMPION_KILL", ["killerId": 8, "victimId": 3])
        }
        let quiet = game(4, as: "TOP", own: 400).score(0, 0, 0)
        try await withQuestions([turning, plain, bot, quiet]) { desk async throws in
            let answer = ["MIDDLE|3|36.7|1|4|2|50.0", "TOP|1|0.0|1|0|0|-"]
            #expect(try await desk.ask("participation") == answer)
            #expect(try await desk.ask("participation", queues: .numbers([420, 1700])) == answer)
        }
    }

    @Test func comebacksAndThrownLeadsAreOfTheTeam() async throws {
        // Difference of the teams at minutes 5 and 20, seen from blue.
        func swing(_ number: Int, on team: Int = 100, wins: Bool, _ early: Int, _ late: Int) -> QuestionGame {
            QuestionGame(number, on: team, wins: wins).with { game in
                game.hasTimeline = true
                game.gold = { participant, frame in
                    frame * 300 + (participant != 1 ? 0 : frame == 5 ? early : frame == 20 ? late : 0)
                }
            }
        }
        let games = [
            swing(1, wins: true, -2_000, -5_000), swing(2, on: 200, wins: true, 3_000, 100),
            swing(3, wins: true, 4_000, 9_000),
            swing(4, wins: false, -8_000, 700), swing(5, on: 200, wins: false, -6_000, -6_000),
            swing(6, wins: false, -1, -1),
        ]
        let answer = [
            "comeback|5000|20|NA1_5000000001|2025-07-01 15:00:00+00|Ahri|30.0",
            "comeback|3000|5|NA1_5000000002|2025-07-01 18:00:00+00|Zed|30.0",
            "thrown|6000|5|NA1_5000000005|2025-07-02 03:00:00+00|Zed|30.0",
            "thrown|700|20|NA1_5000000004|2025-07-02 00:00:00+00|Ahri|30.0",
        ]
        try await withQuestions(games) { desk async throws in
            #expect(try await desk.ask("comebacks") == answer)
            #expect(try await desk.ask("comebacks", minimum: 4_000) == [answer[0], answer[2]])
            #expect(try await desk.ask("comebacks", queues: .numbers([420, 1700])) == answer)
        }
    }

    @Test func comebacksEndAfterTen() async throws {
        let games = (1...12).map { number in
            QuestionGame(number).with { game in
                game.hasTimeline = true
                game.gold = { participant, frame in frame * 300 - (participant == 1 && frame == 9 ? number * 10 : 0) }
            }
        }
        try await withQuestions(games) { desk async throws in
            let answer = try await desk.ask("comebacks")
            #expect(answer.map { $0.split(separator: "|")[1] } == (3...12).reversed().map { "\($0 * 10)" })
        }
    }

    @Test func objectivesAreCountedForTheTeamThatTookThem() async throws {
        func take(_ game: inout QuestionGame, _ minute: Double, _ monster: String, by team: Int) {
            game.add(
                minute * 60,
                "ELITE_MONSTER_KILL",
                ["killerId": 0, "killerTeamId": .raw("\(team)"), "monsterType": .raw("\"\(monster)\"")]
            )
        }
        func fall(_ game: inout QuestionGame, _ minute: Double, _ type: String, _ building: String, of team: Int) {
            game.add(
                minute * 60,
                type,
                [
                    "killerId": 0, "teamId": .raw("\(team)"), "laneType": "MID_LANE",
                    "buildingType": .raw("\"\(building)\""),
                ]
            )
        }
        let first = QuestionGame(1).with { game in
            take(&game, 6, "DRAGON", by: 100)
            take(&game, 12, "DRAGON", by: 200)
            take(&game, 20, "DRAGON", by: 100)
            take(&game, 21, "DRAGON", by: 300)  // nobody's
            take(&game, 8, "HORDE", by: 200)
            fall(&game, 14, "BUILDING_KILL", "TOWER_BUILDING", of: 200)
            fall(&game, 10, "TURRET_PLATE_DESTROYED", "TOWER_BUILDING", of: 200)
        }
        let second = QuestionGame(2, on: 200).with { game in
            take(&game, 8, "DRAGON", by: 200)
            take(&game, 13, "DRAGON", by: 200)
            fall(&game, 25, "BUILDING_KILL", "INHIBITOR_BUILDING", of: 100)
        }
        let third = QuestionGame(3).with { $0.hasTimeline = true }
        let untold = QuestionGame(4)
        let answer = [
            "DRAGON|3|1.33|0.33|7.0|6.0", "HORDE|3|0.00|0.33|8.0|-", "INHIBITOR_BUILDING|3|0.33|0.00|25.0|-",
            "TOWER_BUILDING|3|0.33|0.00|14.0|-",
        ]
        try await withQuestions([first, second, third, untold]) { desk async throws in
            #expect(try await desk.ask("objectives") == answer)
            #expect(try await desk.ask("objectives", minimum: 2) == Array(answer.prefix(1)))
            #expect(try await desk.ask("objectives", queues: .numbers([420, 1700])) == answer)
        }
    }
}
