import Foundation
import Postgres
import RiotModels
import Synchronization
import Testing
import TestSupport

@testable import Storage

/// Finding, exporting, hiding and following players, and their names over time.
@Suite(.timeLimit(.minutes(2))) struct PlayerMarkTests {
    @Test func aNameThatChangesIsKeptAsAFormerOne() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            var later = TestBody.match("NA1_2", at: 1_751_000_000_000)
            later["info.participants.2.riotIdGameName"] = "Renamed"
            later["info.participants.3.riotIdGameName"] = "RIOTIDGAMENAME 4"  // another spelling is no other name
            try await storage.storeMatch(later, as: "NA1_2")
            let former = try RiotID(gameName: "riotIdGameName 3", tagLine: "riotIdTagline 3")
            let row = try #require(try await storage.pool.query("SELECT * FROM summoner_name_history").first)
            #expect(try row.string("game_name") == former.gameName && row.string("folded_name") == former.foldedKey)
            #expect(try row.timestampMilliseconds("named_at") == 1_750_000_000_000)
            #expect(try row.timestampMilliseconds("replaced_at") == 1_751_000_000_000)
            #expect(try await storage.value("SELECT count(*) FROM summoner_name_history") == "1")

            let found = try await storage.persons(.riotID(former))
            #expect(found.map(\.gameName) == ["Renamed"], "found by the former name")
            #expect(try await storage.persons(.puuid(testPuuid(3))) == found)
            #expect(try await storage.persons(.summonerID(try #require(found.first?.summonerID))) == found)
            #expect(try await storage.persons(.riotID(try RiotID(parsing: "Nobody#1"))) == [])
            _ = try await storage.startTask(
                try RiotID(parsing: "Nobody#1"),
                platform: .na1,
                year: 2025,
                recovery: false,
                at: 1
            )
            let nobody = try await storage.persons(.riotID(try RiotID(parsing: "nobody # 1")))
            #expect(nobody.map(\.summonerID) == [nil])
            let counts = try await storage.erase(try #require(nobody.first))
            #expect(counts.tasks == 1 && counts.matches == 0)
            #expect(try await storage.value("SELECT count(*) FROM sync_task") == "0")
        }
    }

    @Test func hidingAndFollowingAreMarksThatCanBeTakenBack() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            let id = try #require(try await storage.persons(.puuid(testPuuid(3))).first?.summonerID)
            #expect(try await storage.setHidden(true, id))
            #expect(try await !storage.setHidden(true, id))
            #expect(try await storage.persons(.summonerID(id)).first?.isHidden == true)
            #expect(try await storage.setHidden(false, id))
            #expect(try await storage.persons(.summonerID(id)).first?.isHidden == false)

            #expect(try await storage.playersToRank(limit: 9).isEmpty)
            _ = try await storage.pool.query(
                "INSERT INTO summoner_profile (summoner_id, platform) VALUES ($1, 'euw1')",
                [.int(Int64(id))]
            )
            #expect(try await storage.setFollowed(true, id))
            #expect(
                try await storage.playersToRank(limit: 9)
                    == [FollowedPlayer(summonerID: id, puuid: testPuuid(3), platform: .euw1)]
            )
            #expect(try await storage.setFollowed(false, id))
            #expect(try await storage.playersToRank(limit: 9).isEmpty)
        }
    }

    @Test func namesOfKnownPlayersAreAskedForBeforeTheyAreThirtyDaysOld() async throws {
        try await withStorage { storage in
            try await storage.storeMatch(.match())
            for player in 1...4 {
                let id = try #require(try await storage.persons(.puuid(testPuuid(player))).first?.summonerID)
                _ = try await storage.pool.query(
                    "INSERT INTO summoner_profile (summoner_id, platform) VALUES ($1, 'kr')",
                    [.int(Int64(id))]
                )
                _ = try await storage.pool.query(
                    "UPDATE summoner SET named_at = now() - make_interval(days => $2::integer) WHERE id = $1",
                    [.int(Int64(id)), .int(Int64([60, 24, 26, 40][player - 1]))]
                )
            }
            let due = try await storage.playersToName(limit: 9)
            #expect(due.map(\.puuid) == [1, 4, 3].map(testPuuid), "the longest unseen first, strangers never")
            #expect(due.allSatisfy { $0.platform == .kr })
            #expect(try await storage.playersToName(limit: 1).count == 1)

            #expect(
                try await storage.keepName(
                    RiotAccount(puuid: testPuuid(1), gameName: "Fresh", tagLine: "NEW"),
                    of: due[0].summonerID
                )
            )
            try await storage.nameWasAsked(of: due[1].summonerID, isForgotten: true)
            try await storage.nameWasAsked(of: due[2].summonerID, isForgotten: false)
            #expect(try await storage.playersToName(limit: 9).isEmpty, "nobody is asked for again at once")
            #expect(try await storage.persons(.puuid(testPuuid(1))).first?.gameName == "Fresh")
            #expect(try await storage.value("SELECT game_name FROM summoner_name_history") == "riotIdGameName 1")
            #expect(
                try await storage.value(
                    "SELECT string_agg(right(puuid, 1), ',') FROM summoner WHERE forgotten_at IS NOT NULL"
                )
                    == "4"
            )
            // When Riot knows him again, the mark goes; an answer without a name leaves the name alone.
            #expect(try await !storage.keepName(RiotAccount(puuid: testPuuid(4)), of: due[1].summonerID))
            #expect(try await storage.value("SELECT count(*) FROM summoner WHERE forgotten_at IS NOT NULL") == "0")
            #expect(try await storage.persons(.puuid(testPuuid(4))).first?.gameName == "riotIdGameName 4")
        }
    }

    @Test func anExportHoldsEverythingOfOnePerson() async throws {
        try await withStorage { storage in
            for number in 1...3 { try await storage.storeMatch(.match("NA1_\(number)"), as: "NA1_\(number)") }
            try await storage.storeTimeline(.timeline("NA1_1"), as: "NA1_1")
            let riotID = try RiotID(gameName: "riotIdGameName 3", tagLine: "riotIdTagline 3")
            let task = try await storage.startTask(riotID, platform: .na1, year: 2025, recovery: false, at: 1).task.id
            try await storage.taskDidStart(task)
            try await storage.taskDidFindPlayer(
                task,
                account: RiotAccount(puuid: testPuuid(3)),
                summoner: RiotSummoner(puuid: testPuuid(3)),
                requests: 2
            )
            try await storage.taskDidList(task, matches: [], requests: 1, isCapped: false)
            #expect(try await storage.completeTaskIfSettled(task))
            let export = ExportedLines()
            let person = try #require(try await storage.persons(.riotID(riotID)).first)
            try await storage.export(person) { export.append($0) }
            var sections: [String: Int] = [:]
            for line in export.all {
                #expect(!line.contains("\n") && !line.contains(testPuuid(4)) && !line.contains("riotIdGameName 4"))
                let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                sections[try #require(object["section"] as? String), default: 0] += 1
                #expect((object["row"] as? [String: Any])?.isEmpty == false)
            }
            #expect(
                sections == [
                    "summoner": 1, "summoner_profile": 1, "player_year_stats": 1, "sync_task": 1, "match": 3,
                    "match_participant": 3, "timeline_frames": 1, "raw_body": 4,
                ]
            )
        }
    }
}

/// Lines as an export writes them.
private final class ExportedLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: String) { lines.withLock { $0.append(line) } }
}
