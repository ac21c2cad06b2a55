@testable import Storage

extension TestBody {
    /// A match body in which every field that has a column has a value of its own.
    static func match(_ id: String = "NA1_5000000001", players: Int = 10, at start: Int = 1_750_000_000_000) -> TestBody
    {
        .members([
            "metadata": .members([
                "dataVersion": "2", "matchId": .raw("\"\(id)\""),
                "participants": .array((1...players).map { .raw("\"\(testPuuid($0))\"") }),
            ]),
            "info": .members([
                "endOfGameResult": "GameComplete", "gameCreation": .raw("\(start - 60_000)"), "gameDuration": 1800,
                "gameEndTimestamp": .raw("\(start + 1_800_000)"), "gameId": 5_000_000_001, "gameMode": "CLASSIC",
                "gameModeMutators": .array(["a", "b"]), "gameName": "teambuilder-match-5000000001",
                "gameStartTimestamp": .raw("\(start)"), "gameType": "MATCHED_GAME", "gameVersion": "15.13.693.4876",
                "mapId": 11, "participants": .array((1...players).map(participant)), "platformId": "NA1",
                "queueId": 420, "teams": .array([team(100), team(200)]), "tournamentCode": "",
            ]),
        ])
    }

    /// A participant with all fields.
    static func participant(_ number: Int) -> TestBody {
        var members: [(name: String, value: TestBody)] = []
        for (place, column) in ParticipantColumns.fields.enumerated() {
            let value: TestBody =
                switch column.kind {
                case .boolean: place % 2 == 0 ? true : false
                case .text: .raw("\"\(column.field) \(number)\"")
                case .real: .raw("\(place).5")
                default: .raw("\(place * 20 + number)")
                }
            members.append((column.field, value))
        }
        members.append(("participantId", .raw("\(number)")))
        members.append(("puuid", .raw("\"\(testPuuid(number))\"")))
        members.append(("perks", perks))
        members.append(
            ("challenges", .members(["kda": .raw("\(number).25"), "legendaryItemUsed": .array([1, 2]), "newOne": 7]))
        )
        members.append(("missions", .members(["playerScore0": .raw("\(number)")])))
        members.append(("PlayerBehavior", .members(["PlayerBehavior_IsHeroInCombat": 3])))
        return .object(members).changing("gameEndedInEarlySurrender", to: false)
    }

    static let perks: TestBody = .members([
        "statPerks": .members(["defense": 5001, "flex": 5002, "offense": 5003]),
        "styles": .array([style("primaryStyle", 8000, runes: 4), style("subStyle", 8100, runes: 2)]),
    ])

    static func style(_ description: String, _ number: Int, runes: Int) -> TestBody {
        .members([
            "description": .raw("\"\(description)\""),
            "selections": .array(
                (1...runes).map {
                    .members([
                        "perk": .raw("\(number + $0)"), "var1": .raw("\($0)1"), "var2": .raw("\($0)2"),
                        "var3": -2_147_483_648,
                    ])
                }
            ), "style": .raw("\(number)"),
        ])
    }

    static func team(_ id: Int) -> TestBody {
        let objectives = TeamColumns.objectiveNames.enumerated().map { place, name in
            (
                name: name,
                value: TestBody.members(["first": .raw(id == 100 ? "true" : "false"), "kills": .raw("\(place)")])
            )
        }
        return .members([
            "bans": .array(
                (1...5).map {
                    .members(["championId": .raw($0 == 3 ? "-1" : "\(id + $0)"), "pickTurn": .raw("\($0)")])
                }
            ),
            "feats": .members([
                "EPIC_MONSTER_KILL": .members(["featState": 1001]), "FIRST_BLOOD": .members(["featState": 1]),
            ]),
            "objectives": .object(objectives), "teamId": .raw("\(id)"), "win": .raw(id == 100 ? "true" : "false"),
        ])
    }

    func changing(_ path: String, to value: TestBody?) -> TestBody {
        var copy = self
        copy[path] = value
        return copy
    }
}
