import Postgres
import RiotModels
import Testing

@testable import Storage

/// Questions 1 to 3, 6 to 8, 13, 14, 16, 19 and 20: what match bodies alone tell, with answers worked out by hand.
@Suite("Questions about results", .timeLimit(.minutes(2))) struct QuestionResultTests {
    @Test func championsAreCountedByTheirNumber() async throws {
        let games = [
            QuestionGame(1, playing: (103, "Ahri")).score(5, 2, 7),
            QuestionGame(2, wins: false, playing: (103, "Ahri")).score(1, 0, 2).with { $0.queue = 440 },
            QuestionGame(3, playing: (9, "FiddleSticks")).score(3, 3, 3),
            QuestionGame(4, wins: false, playing: (9, "Fiddlesticks")).score(0, 4, 1),
            QuestionGame(5, playing: (238, "Zed")).score(2, 1, 0),
        ]
        try await withQuestions(games) { desk async throws in
            let two = ["Ahri|2|1|50.0|3.0|1.0|4.5|7.50", "Fiddlesticks|2|1|50.0|1.5|3.5|2.0|1.00"]
            #expect(try await desk.ask("champions") == two + ["Zed|1|1|100.0|2.0|1.0|0.0|2.00"])
            #expect(try await desk.ask("champions", minimum: 2) == two)
            // Every filter lets one trap more in: euw1, then 2024 and 2026, then Quickplay, bots, Arena and ARAM.
            #expect(try await desk.ask("champions", platform: nil).first?.hasPrefix("Ahri|3|2|") == true)
            #expect(try await desk.ask("champions", year: nil, platform: nil).first?.hasPrefix("Ahri|5|3|") == true)
            #expect(try await desk.ask("champions", queues: .rift).first?.hasPrefix("Ahri|3|1|") == true)
            #expect(try await desk.ask("champions", queues: .all).first?.hasPrefix("Ahri|6|2|") == true)
            #expect(try await desk.ask("champions", queues: .numbers([450])) == ["Ahri|1|1|100.0|50.0|1.0|50.0|100.00"])
        }
    }

    @Test func rolesAreRiotsPositions() async throws {
        let games = [
            QuestionGame(1, as: "UTILITY").score(0, 0, 9), QuestionGame(2, as: "UTILITY", on: 200).score(1, 5, 11),
            QuestionGame(3, as: "TOP", wins: false).score(4, 8, 0),
            QuestionGame(4, as: "UTILITY", wins: false).score(2, 1, 1),
        ]
        try await withQuestions(games) { desk async throws in
            #expect(
                try await desk.ask("roles") == [
                    "UTILITY|3|2|66.7|1.0|2.0|7.0|4.00", "TOP|1|0|0.0|4.0|8.0|0.0|0.50",
                ]
            )
            // Arena and ARAM have no roles.
            #expect(try await desk.ask("roles", queues: .numbers([450, 1700])) == [])
        }
    }

    @Test func patchesAreATrendInTheirOrder() async throws {
        let games = [
            ("15.9.1.2", true), ("15.9.7.7", false), ("15.10.1.1", true), ("15.10.1.1", true), ("14.24.1.1", false),
        ]
        try await withQuestions(
            games.enumerated().map { number, game in
                QuestionGame(number + 1, wins: game.1).score(number, 2, 1).with { $0.version = game.0 }
            }
        ) { desk async throws in
            #expect(
                try await desk.ask("patches") == [
                    "14.24|1|0|0.0|-|0.0|2.50", "15.9|2|1|50.0|50.0|33.3|0.75", "15.10|2|2|100.0|50.0|60.0|1.75",
                ]
            )
        }
    }

    @Test func firstsAreSeenFromTheOwnTeam() async throws {
        let games = [
            QuestionGame(1).with { $0.firsts = [100: ["champion", "tower"], 200: ["dragon"]] },
            QuestionGame(2, on: 200).with {
                $0.firsts = [100: ["champion", "dragon"], 200: ["tower", "riftHerald"]]
            },
            QuestionGame(3, wins: false).with { $0.firsts = [100: ["champion", "dragon"]] },
        ]
        let answer = [
            "blood|own|2|66.7|1|50.0", "blood|enemy|1|33.3|1|100.0", "tower|own|2|66.7|2|100.0",
            "tower|nobody|1|33.3|0|0.0", "dragon|own|1|33.3|0|0.0", "dragon|enemy|2|66.7|2|100.0",
            "herald|own|1|33.3|1|100.0", "herald|nobody|2|66.7|1|50.0",
        ]
        try await withQuestions(games) { desk async throws in
            #expect(try await desk.ask("firsts") == answer)
            // Arena has no two sides.
            #expect(try await desk.ask("firsts", queues: .numbers([420, 1700])) == answer)
        }
    }

    @Test func teammatesAreThoseOfTheOwnTeam() async throws {
        let friend = testPuuid(77)
        let rival = testPuuid(88)
        var games = (1...6).map { number in
            QuestionGame(number, wins: number != 2).with {
                $0[1].puuid = friend
                $0[7].puuid = rival
                if number > 2 { $0[5].puuid = testPuuid(66) }
            }
        }
        games.append(QuestionGame(7).with { $0[6].puuid = friend })  // on the other side
        games.append(QuestionGame(8, wins: false).with { $0[2].puuid = rival })
        // Two small teams of Arena that both hold team 100, and bots of the own team, who are nobody.
        games.append(
            QuestionGame(9).with { game in
                game.queue = 1700
                game.mode = "CHERRY"
                for place in 0..<10 { game.players[place].figures["playerSubteamId"] = place % 5 + 1 }
                game[8].puuid = friend
                game[1].puuid = rival
            }
        )
        games += (10...15).map { number in QuestionGame(number).with { $0[4].puuid = "BOT" } }
        try await withQuestions(games) { desk async throws in
            let ids = try await desk.storage.pool.query(
                "SELECT (SELECT id FROM summoner WHERE puuid = $1) AS friend, (SELECT id FROM summoner WHERE puuid = $2) AS rival",
                [.text(friend), .text(rival)]
            )
            let (friend, rival) = try (ids[0].int("friend"), ids[0].int("rival"))
            // The sixth game starts 18 hours after noon of 1 July.
            #expect(try await desk.ask("teammates") == ["\(friend)|P77#NA1|6|5|83.3|2025-07-02 06:00:00+00"])
            #expect(
                try await desk.ask("teammates", minimum: 1).contains("\(rival)|P88#NA1|1|0|0.0|2025-07-02 12:00:00+00")
            )
            #expect(
                try await desk.ask("teammates", queues: .numbers([420, 1700]), minimum: 6) == [
                    "\(friend)|P77#NA1|7|6|85.7|2025-07-02 15:00:00+00"
                ]
            )
        }
    }

    @Test func laneOpponentsAreThoseLostToFirst() async throws {
        let losses = [true, false, false]
        var games = losses.enumerated().map { number, wins in
            QuestionGame(number + 1, wins: wins).score(1, 2, number)  // against Zed, who has the middle of red
        }
        games.append(QuestionGame(4, on: 200, wins: false).score(0, 4, 0))  // from red, against Ahri
        games += (5...7).map { QuestionGame($0, as: "TOP", wins: $0 == 5).score(3, 1, 0) }  // against Darius
        games.append(QuestionGame(8, as: "TOP", wins: false).score(9, 9, 9).with { $0[6].puuid = "BOT" })
        try await withQuestions(games) { desk async throws in
            let three = ["TOP|Darius|3|2|66.7|3.00", "MIDDLE|Zed|3|2|66.7|1.00"]
            #expect(try await desk.ask("lane_opponents") == three)
            #expect(try await desk.ask("lane_opponents", minimum: 1) == ["MIDDLE|Ahri|1|1|100.0|0.00"] + three)
            #expect(try await desk.ask("lane_opponents", queues: .numbers([870, 450, 1700]), minimum: 1) == [])
        }
    }

    @Test func visionIsPerMinuteOfAllGames() async throws {
        let short = QuestionGame(1, as: "UTILITY").with { game in
            game.seconds = 1_200
            game[game.me].figures = ["wardsPlaced": 20, "detectorWardsPlaced": 4, "wardsKilled": 2, "visionScore": 40]
            game[game.opponent].figures = [
                "wardsPlaced": 10, "detectorWardsPlaced": 0, "wardsKilled": 6, "visionScore": 20,
            ]
        }
        let long = QuestionGame(2, as: "UTILITY", on: 200).with { game in
            game.seconds = 2_400
            game[game.me].figures = ["wardsPlaced": 10, "detectorWardsPlaced": 2, "wardsKilled": 1, "visionScore": 20]
            game[game.opponent].figures = [
                "wardsPlaced": 50, "detectorWardsPlaced": 6, "wardsKilled": 9, "visionScore": 100,
            ]
        }
        let answer = ["UTILITY|2|0.50|1.00|0.10|0.10|0.05|0.25|1.00|2.00"]
        try await withQuestions([short, long]) { desk async throws in
            #expect(try await desk.ask("vision") == answer)
            // Bots are opponents of nobody.
            #expect(try await desk.ask("vision", queues: .numbers([420, 870])) == answer)
        }
    }

    @Test func sharesAreOfTheOwnTeam() async throws {
        let games = [
            QuestionGame(1).with { game in
                game[game.me].figures = ["totalDamageDealtToChampions": 40_000, "goldEarned": 15_000]
                game[9].figures = ["totalDamageDealtToChampions": 900_000, "goldEarned": 900_000]
            },  // 40 of 80, 15 of 55
            QuestionGame(2, on: 200, wins: false).with { game in
                game[game.me].figures = ["totalDamageDealtToChampions": 10_000, "goldEarned": 10_000]
            },  // 10 of 50, 10 of 50
            QuestionGame(3, wins: false).with { game in
                game[game.me].figures = ["totalDamageDealtToChampions": 0, "goldEarned": 10_000]
            },
        ]
        try await withQuestions(games) { desk async throws in
            let answer = ["MIDDLE|3|23.3|50.0|10.0|22.4"]
            #expect(try await desk.ask("shares") == answer)
            #expect(try await desk.ask("shares", queues: .numbers([420, 1700])) == answer)
        }
    }

    @Test func circumstancesAreInUTCAndSessionsOfAllQueues() async throws {
        let hour = 3_600_000
        func game(_ number: Int, at hours: Double, _ seconds: Int, _ team: Int, _ wins: Bool) -> QuestionGame {
            QuestionGame(number, on: team, wins: wins).with {
                $0.start = QuestionGame.noon + Int(hours * Double(hour))
                $0.seconds = seconds
            }
        }
        let games = [
            game(1, at: 0, 1_499, 100, true),  // 12:00 to 12:25, Tuesday
            game(2, at: 1, 1_500, 200, false),  // 13:00 to 13:25: second of the session
            game(3, at: 1.5, 1_800, 100, true).with { $0.queue = 450 },  // 13:30 to 14:00: third, but no ranked game
            game(4, at: 3, 1_800, 100, true),  // 15:00, an hour after the end and no more: fourth
            game(5, at: 4.501, 1_800, 200, false),  // more than an hour after 15:30: first of the next session
            game(6, at: 11.999, 1_800, 100, true),  // 23:59 of Tuesday
            game(7, at: 118, 1_800, 100, false),  // 10:00 of Sunday
        ]
        try await withQuestions(games) { desk async throws in
            #expect(
                try await desk.ask("circumstances") == [
                    "length|20|1|1|100.0", "length|25|1|0|0.0", "length|30|4|2|50.0",
                    "side|blue|4|3|75.0", "side|red|2|0|0.0",
                    "hour|10|1|0|0.0", "hour|12|1|1|100.0", "hour|13|1|0|0.0", "hour|15|1|1|100.0", "hour|16|1|0|0.0",
                    "hour|23|1|1|100.0",
                    "weekday|Tuesday|5|3|60.0", "weekday|Sunday|1|0|0.0",
                    "game of session|1|4|2|50.0", "game of session|2|1|0|0.0", "game of session|4|1|1|100.0",
                ]
            )
            // Arena has no sides.
            #expect(
                try await desk.ask("circumstances", queues: .numbers([1700])).allSatisfy { !$0.hasPrefix("side") }
            )
        }
    }

    @Test func aPlayerStandsAmongThoseOfTheSameChampionRoleAndPatch() async throws {
        let other = testPuuid(55)
        var games = [
            QuestionGame(1).score(4, 2, 4).with { $0[$0.me].figures["totalMinionsKilled"] = 290 },  // 300 CS
            QuestionGame(2, wins: false).score(2, 2, 2).with { $0[$0.me].figures["totalMinionsKilled"] = 170 },
        ]
        // One game in another role and one on another patch are less than the minimum.
        games.append(
            QuestionGame(3, as: "TOP", playing: (103, "Ahri")).with { $0[3].championID = 1 }
        )
        games.append(QuestionGame(4).with { $0.version = "15.12.1.1" })
        // Somebody with better and somebody with worse games on Ahri in the middle of the same patch; each of the
        // others would change a percentage: another role, patch, platform, queue, a bot, a remake.
        func ahri(_ number: Int, _ puuid: String, _ kills: Int, wins: Bool) -> QuestionGame {
            QuestionGame(number, wins: wins).score(kills, 2, 0).with {
                $0[$0.me].puuid = puuid
                $0[$0.me].figures["totalMinionsKilled"] = kills * 30 - 10
            }
        }
        games += [
            ahri(11, other, 9, wins: true), ahri(12, other, 5, wins: true), ahri(13, testPuuid(56), 1, wins: false),
            ahri(14, testPuuid(57), 3, wins: true),
            ahri(15, testPuuid(58), 1, wins: false).with { $0[$0.me].role = "TOP" },
            ahri(16, testPuuid(58), 1, wins: false).with { $0.version = "15.12.1.1" },
            ahri(17, testPuuid(58), 1, wins: false).with { $0.platform = "EUW1" },
            ahri(18, testPuuid(58), 1, wins: false).with { $0.queue = 490 },
            ahri(19, "BOT", 1, wins: false),
            ahri(20, testPuuid(58), 1, wins: false).with {
                $0.isRemake = true
                $0.seconds = 200
            },
            ahri(21, testPuuid(58), 1, wins: false).with { $0.start += 366 * 86_400_000 },
        ]
        try await withQuestions(games, traps: []) { desk async throws in
            // Three others: kills 14 in two games, 1, 3. KDA 3.50, 0.50, 1.50 against 3.00; CS a minute 7.0, 1.0, 3.0
            // against 8.0; win rate 100, 0, 100 against 50; gold, damage and vision are everybody's.
            #expect(
                try await desk.ask("standing", minimum: 2) == [
                    "Ahri|MIDDLE|15.13|2|3|50.0|33.3|3.00|66.7|8.0|100.0|333|0.0|333|0.0|1.00|0.0"
                ]
            )
            #expect(try await desk.ask("standing") == [])  // three games of one's own are asked for
        }
    }

    @Test func missingAreTimelinesAndListedMatches() async throws {
        let held = QuestionGame(1).with { $0.hasTimeline = true }
        let without = QuestionGame(2)
        let remake = QuestionGame(3).with {
            $0.isRemake = true
            $0.seconds = 100
        }
        try await withQuestions([held, without, remake], traps: []) { desk async throws in
            let task = "00000000-0000-7000-8000-00000000000"
            for (number, hour) in [(1, 1), (2, 2)] {
                _ = try await desk.storage.pool.query(
                    """
                    INSERT INTO sync_task (id, game_name, tag_line, riot_id_key, platform, year, summoner_id, state, listed_at)
                    VALUES ($1::uuid, 'P1', 'NA1', 'p1#na1', 'na1', 2025, $2, 'SUCCESS', make_timestamptz(2026, 1, 1, $3, 0, 0))
                    """,
                    [.text(task + "\(number)"), .int(Int64(desk.summonerID)), .int(Int64(hour))]
                )
            }
            let listed: [(task: Int, number: Int, match: String, timeline: String, reason: String?)] = [
                (1, 1, "stored", "stored", nil), (1, 2, "stored", "open", nil),
                (2, 2, "existing", "unavailable", "gone"),
                (2, 4, "unavailable", "none", "Riot has no such match"), (2, 5, "failed", "open", "HTTP 500"),
                (1, 5, "open", "open", nil), (2, 6, "not_his", "none", nil), (2, 7, "outside_year", "none", nil),
            ]
            for (place, item) in listed.enumerated() {
                _ = try await desk.storage.pool.query(
                    """
                    INSERT INTO sync_item (task_id, match_id, position, match_state, timeline_state, reason)
                    VALUES ($1::uuid, $2, $3, $4, $5, $6)
                    """,
                    [
                        .text(task + "\(item.task)"), .text("NA1_500000000\(item.number)"), .int(Int64(place)),
                        .text(item.match), .text(item.timeline), PostgresParameter(item.reason),
                    ]
                )
            }
            _ = try await desk.storage.pool.query(
                """
                INSERT INTO fetch_failure (kind, subject, status, next_try_at, fingerprint, reason)
                VALUES ('match', 'NA1_5000000005', 500, '2026-02-01 00:00:00+00', 'x', 'HTTP 500, three times'),
                    ('timeline', 'NA1_5000000004', 404, NULL, 'x', 'of the timeline')
                """
            )
            let answer = [
                "NA1_5000000004|-|match|unavailable|Riot has no such match|-|-",
                "NA1_5000000005|-|match|failed|HTTP 500, three times|500|2026-02-01 00:00:00+00",
                "NA1_5000000003|2025-07-01 21:00:00+00|timeline|not asked for|-|-|-",
                "NA1_5000000002|2025-07-01 18:00:00+00|timeline|unavailable|gone|-|-",
            ]
            #expect(try await desk.ask("missing") == answer)
            #expect(try await desk.ask("missing", year: nil, platform: nil) == answer)
            #expect(try await desk.ask("missing", year: 2024) == [])
            #expect(try await desk.ask("missing", platform: .kr) == [])
        }
    }
}
