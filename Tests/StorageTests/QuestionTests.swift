import Postgres
import RiotModels
import Testing

@testable import Storage

/// The list of the questions, and how they are asked.
@Suite("Questions", .timeLimit(.minutes(2))) struct QuestionTests {
    @Test func thereAreTwentyAndEachIsDescribed() {
        #expect(Question.all.map(\.number) == Array(1...20))
        #expect(Set(Question.all.map(\.name)).count == 20)
        for question in Question.all {
            #expect(!question.title.isEmpty && question.title.last != ".", "\(question.name)")
            #expect(question.details.contains { $0.contains("Columns:") }, "\(question.name)")
            let statement = question.text.split(separator: "\n").filter { !$0.hasPrefix("--") }
            #expect(!statement.contains { $0.contains(";") }, "\(question.name) is one statement")
            // A text that leaves out a parameter before its last one would be refused by the server.
            #expect(question.parameterCount >= 3, "\(question.name)")
        }
    }

    @Test func aQuestionIsFoundByItsNameOrNumber() {
        #expect(Question(named: "lane_lead")?.number == 4)
        #expect(Question(named: "Lane-Lead")?.number == 4)
        #expect(Question(named: "20")?.name == "standing")
        #expect(Question(named: "21") == nil && Question(named: "") == nil && Question(named: "lane") == nil)
    }

    @Test(arguments: [
        ("ranked", QueueChoice.ranked), ("Rift", .rift), ("ALL", .all), ("420", .numbers([420])),
        ("420,450", .numbers([420, 450])),
    ]) func queuesAreRead(text: String, choice: QueueChoice) {
        #expect(QueueChoice(parsing: text) == choice)
    }

    @Test(arguments: ["", "solo", "420,", "4 20", "99999999999", "420;450"]) func otherQueuesAreRefused(text: String) {
        #expect(QueueChoice(parsing: text) == nil)
    }

    @Test func everyQuestionAnswersOnAnEmptyDatabaseWithEveryFilter() async throws {
        try await withStorage { storage in
            let filters = [
                QuestionFilter(summonerID: 1),
                QuestionFilter(summonerID: 1, year: 2025, platform: .kr, queues: .all, minimum: 3),
                QuestionFilter(summonerID: 1, queues: .numbers([420, 450])),
            ]
            for question in Question.all {
                for filter in filters {
                    let answer = try await storage.answer(question, filter)
                    #expect(answer.rows.isEmpty && answer.columns.count >= 5, "\(question.name)")
                    #expect(try await storage.objects(question, filter).objects == [], "\(question.name)")
                }
            }
        }
    }

    @Test func rowsAreObjectsInTheOrderOfTheColumns() async throws {
        try await withQuestions([QuestionGame(1, playing: (238, "Zed \\\"")).score(1, 2, 3)], traps: []) {
            desk async throws in
            let question = try #require(Question(named: "champions"))
            let answer = try await desk.storage.objects(question, QuestionFilter(summonerID: desk.summonerID))
            #expect(
                answer.objects == [
                    #"{"champion":"Zed \"","games":1,"wins":1,"win_percent":100.0,"kills":1.0,"deaths":2.0,"assists":3.0,"kda":2.00}"#
                ]
            )
            #expect(!answer.isCut)
        }
    }

    @Test func aQuestionCanChangeNothingAndItsTimeIsBounded() async throws {
        try await withQuestions([QuestionGame(1)], traps: []) { desk async throws in
            _ = try await desk.storage.pool.query(
                """
                CREATE FUNCTION percent_before(part bigint, whole bigint) RETURNS numeric LANGUAGE plpgsql AS
                $$ BEGIN INSERT INTO match_key (riot_id) VALUES ('NA1_1'); RETURN 0; END $$
                """
            )
            _ = try await desk.storage.pool.query("ALTER FUNCTION percent(bigint, bigint) RENAME TO percent_after")
            _ = try await desk.storage.pool.query("ALTER FUNCTION percent_before(bigint, bigint) RENAME TO percent")
            // 25006: the transaction is read-only.
            await #expect { try await desk.ask("champions") } throws: { ($0 as? PostgresError)?.sqlState == "25006" }
            _ = try await desk.storage.pool.query(
                """
                CREATE OR REPLACE FUNCTION percent(part bigint, whole bigint) RETURNS numeric LANGUAGE sql AS
                $$ SELECT extract(epoch FROM current_setting('statement_timeout')::interval) $$
                """
            )
            #expect(try await desk.ask("champions") == ["Ahri|1|1|30.000000|2.0|2.0|2.0|2.00"])
            // What holds for a question does not hold for what comes after it.
            #expect(try await desk.storage.value("SHOW transaction_read_only") == "off")
        }
    }

    @Test func aPlayerIsFoundByTheNameThatHeHadLast() async throws {
        try await withStorage { storage in
            _ = try await storage.pool.query(
                """
                INSERT INTO summoner (puuid, key_scope, game_name, tag_line, folded_name, named_at)
                VALUES ('a', 'default', 'Old Name', 'NA1', 'oldname#na1', '2024-01-01'),
                    ('b', 'default', 'OldName', 'NA1', 'oldname#na1', '2025-01-01'),
                    ('c', 'other', 'OldName', 'NA1', 'oldname#na1', '2026-01-01'),
                    ('d', 'default', 'Olaf', 'KR1', 'olaf#kr1', '2025-01-01'),
                    ('e', 'default', 'Zed', 'NA1', 'zed#na1', '2025-01-01'),
                    ('f', 'default', 'Zed', 'EUW', 'zed#euw', '2025-01-01'),
                    ('g', 'default', NULL, NULL, NULL, NULL)
                """
            )
            let found = try #require(try await storage.summoner(named: RiotID(parsing: "OLD name#na1")))
            #expect(found.name == "OldName#NA1")
            #expect(try await storage.value("SELECT puuid FROM summoner WHERE id = $1", [.int(Int64(found.id))]) == "b")
            #expect(try await storage.summoner(named: RiotID(parsing: "Nobody#NA1")) == nil)
            #expect(
                try await storage.summonerNames(like: RiotID(parsing: "Oldname#NA1")) == [
                    "Old Name#NA1", "OldName#NA1", "Olaf#KR1", "Zed#NA1",
                ]
            )
        }
    }
}
