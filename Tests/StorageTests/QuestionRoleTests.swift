import Logging
import Postgres
import Testing
import TestSupport

@testable import Storage

/// The role that can only read.
@Suite("The role of analysts", .timeLimit(.minutes(2))) struct QuestionRoleTests {
    /// The role belongs to the whole server, so that it is looked for by all databases of the tests at once.
    @Test func theReaderAsksEveryQuestionAndCanDoNothingElse() async throws {
        try await withQuestions([QuestionGame(1)], traps: []) { desk async throws in
            let filter = QuestionFilter(summonerID: desk.summonerID)
            let refused = [
                "SELECT count(*) FROM sync_task", "SELECT count(*) FROM sync_item", "SELECT count(*) FROM raw_body",
                "SELECT count(*) FROM rejected_body", "SELECT count(*) FROM riot_key_state",
                "SELECT count(*) FROM fetch_failure", "SELECT count(*) FROM schedule_run", "DELETE FROM match",
                "INSERT INTO match_key (riot_id) VALUES ('NA1_1')", "UPDATE summoner SET game_name = 'x'",
            ]
            try await desk.storage.pool.withConnection { connection in
                _ = try await connection.query("SET ROLE riftsync_reader")
                for question in Question.all {
                    let parameters = Array(filter.parameters.prefix(question.parameterCount))
                    _ = try await connection.query(question.statement(limit: 10), parameters)
                }
                let games = try await connection.query("SELECT count(*) AS n FROM match_participant")
                #expect(try games[0].int("n") == 10)
                for statement in refused {
                    // 42501: insufficient privilege.
                    await #expect {
                        try await connection.query(SQL(trusted: statement))
                    } throws: {
                        ($0 as? PostgresError)?.sqlState == "42501"
                    }
                }
                _ = try await connection.query("RESET ROLE")
            }
            #expect(
                try await desk.storage.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'riftsync_reader'")
                    == "f"
            )
        }
    }

    @Test func databasesOfOneServerMigrateAtOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await withStorage { storage async throws in
                        #expect(
                            try await storage.value(
                                "SELECT has_table_privilege('riftsync_reader', 'player_game', 'SELECT')"
                            )
                                == "t"
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func whoMayNotCreateTheRoleIsToldSoAndHarmsNothing() async throws {
        try await withStorage { storage async throws in
            // A name of its own, because the server's other databases need the usual role.
            let name = try #require(
                try await storage.value("SELECT 'owner_' || replace(gen_random_uuid()::text, '-', '')")
            )
            try await storage.pool.withConnection { connection in
                for statement in [
                    "CREATE ROLE \(name) NOLOGIN", "CREATE SCHEMA own AUTHORIZATION \(name)", "SET ROLE \(name)",
                    "SET search_path TO own", "CREATE VIEW thing AS SELECT 1 AS n",
                ] { _ = try await connection.query(SQL(trusted: statement)) }
                let said = try await connection.query(
                    "SELECT public.grant_reading($1) AS said",
                    [.text(name + "_reader")]
                )
                #expect(
                    try said[0].string("said")
                        == "The role \(name)_reader does not exist and \(name) may not create it."
                )
                // An administrator creates it, and the owner goes on.
                for statement in ["RESET ROLE", "CREATE ROLE \(name)_reader NOLOGIN", "SET ROLE \(name)"] {
                    _ = try await connection.query(SQL(trusted: statement))
                }
                let granted = try await connection.query(
                    "SELECT public.grant_reading($1) AS said",
                    [.text(name + "_reader")]
                )
                #expect(try granted[0].string("said") == "The role \(name)_reader may read.")
                _ = try await connection.query(SQL(trusted: "RESET ROLE"))
                _ = try await connection.query(SQL(trusted: "SET ROLE \(name)_reader"))
                _ = try await connection.query("SELECT n FROM own.thing")
                for statement in [
                    "RESET ROLE", "RESET search_path", "DROP OWNED BY \(name), \(name)_reader",
                    "DROP ROLE \(name), \(name)_reader",
                ] { _ = try await connection.query(SQL(trusted: statement)) }
            }
        }
    }
}
