@testable import Storage

extension TestBody {
    /// A timeline with every field that has a column: `frames` frames, and an event of each shape in the second one.
    static func timeline(_ id: String = "NA1_5000000001", players: Int = 10, frames: Int = 3) -> TestBody {
        .members([
            "metadata": .members([
                "dataVersion": "2", "matchId": .raw("\"\(id)\""),
                "participants": .array((1...players).map { .raw("\"\(testPuuid($0))\"") }),
            ]),
            "info": .members([
                "endOfGameResult": "GameComplete", "frameInterval": 60_000,
                "frames": .array((0..<frames).map { frame($0, players: players) }), "gameId": 5_000_000_001,
                "participants": .array(
                    (1...players).map {
                        .members(["participantId": .raw("\($0)"), "puuid": .raw("\"\(testPuuid($0))\"")])
                    }
                ),
            ]),
        ])
    }

    static func frame(_ index: Int, players: Int) -> TestBody {
        .members([
            "events": .array(
                index == 1 ? events : index == 0 ? [] : [.members(["timestamp": 125_000, "type": "GAME_END"])]
            ),
            "participantFrames": .object(
                (1...players).map { ("\($0)", participantFrame($0, index)) }
            ),
            "timestamp": .raw("\(index * 60_000)"),
        ])
    }

    static func participantFrame(_ participant: Int, _ index: Int) -> TestBody {
        func figures(_ columns: [Column], _ factor: Int) -> [(name: String, value: TestBody)] {
            columns.enumerated().map {
                ($1.field, .raw("\(index * (factor + $0) + participant * (index > 0 ? 1 : 0))"))
            }
        }
        return .object(
            figures(FrameColumns.top, 100) + [
                ("participantId", .raw("\(participant)")), ("position", .object(figures(FrameColumns.position, 1000))),
                ("championStats", .object(figures(FrameColumns.championStats, 200))),
                ("damageStats", .object(figures(FrameColumns.damageStats, 300))),
            ]
        )
    }

    static let events: [TestBody] = [
        .object(
            EventColumns.fields.enumerated().map { place, column in
                (column.field, column.kind == .text ? .raw("\"\(column.field)\"") : .raw("\(place + 61_000)"))
            }.filter { column in
                ![
                    "participantId", "creatorId", "killerId", "victimId", "teamId", "killerTeamId",
                    "winningTeam", "level", "skillSlot", "killStreakLength", "multiKillLength", "featType",
                ].contains(column.0)
            }
                + [
                    ("participantId", 1), ("creatorId", 2), ("killerId", 3), ("victimId", 4), ("teamId", 100),
                    ("killerTeamId", 300), ("winningTeam", 200), ("level", 5), ("skillSlot", 2),
                    ("killStreakLength", 1),
                    ("multiKillLength", 2), ("featType", 1), ("type", "CHAMPION_KILL"),
                    ("position", .members(["x": 100, "y": 200])), ("assistingParticipantIds", .array([5, 6])),
                    ("victimDamageReceived", .array([damage("Garen"), damage("Vi")])),
                    ("victimDamageDealt", .array([damage("Lux")])), ("victimTeamfightDamageReceived", .array([])),
                    ("victimTeamfightDamageDealt", .array([damage("Ashe")])),
                ]
        ),
        .members(["killerId": 0, "timestamp": 62_000, "type": "CHAMPION_KILL", "victimId": 7]),
        .members([
            "assistingParticipantIds": .array([9]), "killerId": 8, "timestamp": 63_000, "type": "CHAMPION_KILL",
            "victimId": 1,
        ]),
        .members(["level": 2, "participantId": 0, "timestamp": 64_000, "type": "LEVEL_UP"]),
    ]

    static func damage(_ name: String) -> TestBody {
        .members([
            "basic": true, "magicDamage": 1, "name": .raw("\"\(name)\""), "participantId": 3, "physicalDamage": 2,
            "spellName": .raw("\"\(name)Q\""), "spellSlot": -807_529_473, "trueDamage": 3, "type": "OTHER",
        ])
    }
}
