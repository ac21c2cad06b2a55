import Logging
import Postgres
import Testing
import TestSupport

@testable import Storage

/// Steps of the schema, on databases of their own.
@Suite(.timeLimit(.minutes(2))) struct MigratorTests {
    static let one = Migration(1, "one", Array("CREATE TABLE one (id integer);".utf8))
    static let two = Migration(2, "two", Array("CREATE TABLE two (id integer); INSERT INTO two VALUES (1);".utf8))
    static let logger = Logger(label: "migrator-tests")

    static func withPool(_ body: @escaping (PostgresPool) async throws -> Void) async throws {
        try await withTestDatabase { url in
            let pool = PostgresPool(
                configuration: try PostgresConfiguration(url: url, applicationName: "migrator-tests"),
                maximumConnections: 8,
                logger: logger
            )
            do {
                try await body(pool)
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    static func applied(_ pool: PostgresPool) async throws -> [Int] {
        try await pool.query("SELECT number FROM schema_migration ORDER BY number").map { try $0.int("number") }
    }

    @Test func theWholeSchemaAppliesAndASecondTimeChangesNothing() async throws {
        try await Self.withPool { pool in
            let storage = Storage(pool: pool, keyScope: "default", logger: Self.logger)
            await #expect(throws: SchemaError.self) { try await storage.requireCurrentSchema() }
            try await storage.migrate()
            try await storage.requireCurrentSchema()
            let stamps: SQL = "SELECT string_agg(applied_at::text, ',' ORDER BY number) AS stamps FROM schema_migration"
            let before = try await pool.query(stamps).first?.string("stamps")
            try await storage.migrate()
            #expect(try await pool.query(stamps).first?.string("stamps") == before)
            #expect(try await Self.applied(pool) == Migration.all.map(\.number))
        }
    }

    @Test func everyTableIsDescribed() async throws {
        try await withStorage { storage in
            let silent = try await storage.pool.query(
                """
                SELECT relname FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') AND obj_description(oid) IS NULL
                """
            )
            #expect(try silent.map { try $0.string("relname") } == [])
        }
    }

    @Test func manyAtOnceApplyEachStepOnce() async throws {
        try await Self.withPool { pool in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await Migrator(migrations: [Self.one, Self.two], logger: Self.logger).migrate(pool)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await Self.applied(pool) == [1, 2])
            #expect(try await pool.query("SELECT count(*) AS n FROM two").first?.int("n") == 1)
        }
    }

    @Test func stepsThatAreNewInThisProgramFollow() async throws {
        try await Self.withPool { pool in
            try await Migrator(migrations: [Self.one], logger: Self.logger).migrate(pool)
            let later = Migrator(migrations: [Self.one, Self.two], logger: Self.logger)
            let error = await #expect(throws: SchemaError.self) { try await later.requireCurrent(pool) }
            #expect(error?.code == .older)
            try await later.migrate(pool)
            try await later.requireCurrent(pool)
        }
    }

    @Test func aNewerSchemaIsRefused() async throws {
        try await Self.withPool { pool in
            try await Migrator(migrations: [Self.one, Self.two], logger: Self.logger).migrate(pool)
            let older = Migrator(migrations: [Self.one], logger: Self.logger)
            let error = await #expect(throws: SchemaError.self) { try await older.migrate(pool) }
            #expect(error?.code == .newer)
            #expect(error?.message.contains("step 2 (two)") == true)
            await #expect(throws: SchemaError.self) { try await older.requireCurrent(pool) }
        }
    }

    @Test func aChangedStepIsRefused() async throws {
        try await Self.withPool { pool in
            try await Migrator(migrations: [Self.one], logger: Self.logger).migrate(pool)
            let changed = Migration(1, "one", Array("CREATE TABLE one (id bigint);".utf8))
            let error = await #expect(throws: SchemaError.self) {
                try await Migrator(migrations: [changed, Self.two], logger: Self.logger).migrate(pool)
            }
            #expect(error?.code == .changed)
            #expect(try await Self.applied(pool) == [1])
        }
    }

    /// Two versions of a program run side by side while the newer one's step only adds.
    @Test func anOlderProgramWorksOnASchemaThatSaysSo() async throws {
        try await Self.withPool { pool in
            let older = Migrator(migrations: [Self.one], logger: Self.logger)
            try await older.migrate(pool)
            let write: SQL = "INSERT INTO one (id) SELECT count(*) FROM one"
            let read: SQL = "SELECT id FROM one ORDER BY id"
            _ = try await pool.query(write)
            #expect(try await pool.query(read).count == 1)

            let adding = Migration(2, "adding", Array("ALTER TABLE one ADD COLUMN note text;".utf8), worksWith: 1)
            try await Migrator(migrations: [Self.one, adding], logger: Self.logger).migrate(pool)
            // Statements that were prepared before go on, and so does a program that starts now.
            _ = try await pool.query(write)
            #expect(try await pool.query(read).count == 2)
            try await older.migrate(pool)
            try await older.requireCurrent(pool)
            let report = try await older.report(pool)
            #expect(report.steps.map(\.state) == [.applied, .newer] && report.problem == nil)

            let taking = Migration(3, "taking", Array("ALTER TABLE one RENAME COLUMN id TO number;".utf8), worksWith: 2)
            try await Migrator(migrations: [Self.one, adding, taking], logger: Self.logger).migrate(pool)
            try await Migrator(migrations: [Self.one, adding], logger: Self.logger).requireCurrent(pool)
            let error = await #expect(throws: SchemaError.self) { try await older.migrate(pool) }
            #expect(error?.code == .newer && error?.message.contains("step 3 (taking)") == true)
            #expect(try await older.report(pool).steps.map(\.state) == [.applied, .newer, .foreign])
        }
    }

    @Test func aListThatWasBegunByAnEarlierProgramIsContinued() async throws {
        try await Self.withPool { pool in
            try await Migrator(migrations: [Self.one], logger: Self.logger).migrate(pool)
            _ = try await pool.query("ALTER TABLE schema_migration DROP COLUMN oldest_program")
            let later = Migrator(migrations: [Self.one, Self.two], logger: Self.logger)
            #expect(try await later.report(pool).steps.map(\.state) == [.applied, .pending])
            let unknowing = Migrator(migrations: [], logger: Self.logger)
            #expect(try await unknowing.report(pool).problem?.code == .newer)
            try await later.migrate(pool)
            #expect(try await later.report(pool).problem == nil)
        }
    }

    @Test func theReportTellsWhatIsThere() async throws {
        try await Self.withPool { pool in
            let migrator = Migrator(migrations: [Self.one, Self.two], logger: Self.logger)
            let empty = try await migrator.report(pool)
            #expect(empty.steps.map(\.state) == [.pending, .pending] && empty.problem?.code == .older)
            try await Migrator(migrations: [Self.one], logger: Self.logger).migrate(pool)
            let half = try await migrator.report(pool)
            #expect(half.steps.map(\.name) == ["one", "two"] && half.steps.map(\.state) == [.applied, .pending])
            #expect(half.steps[0].appliedAt != nil && half.steps[1].appliedAt == nil)
            #expect(half.problem?.message.contains("step 2 (two)") == true && half.refusal == nil)
        }
    }

    @Test func aStepThatWasLeftOutIsNotAppliedAfterLaterOnes() async throws {
        try await Self.withPool { pool in
            let three = Migration(3, "three", Array("CREATE TABLE three (id integer);".utf8))
            try await Migrator(migrations: [Self.one, three], logger: Self.logger).migrate(pool)
            let error = await #expect(throws: SchemaError.self) {
                try await Migrator(migrations: [Self.one, Self.two, three], logger: Self.logger).migrate(pool)
            }
            #expect(error?.code == .changed && error?.message.contains("lacks step 2 (two)") == true)
            #expect(try await Self.applied(pool) == [1, 3])
        }
    }

    @Test func whoMigratesAtTheSameTimeWaitsAndNotForEver() async throws {
        try await Self.withPool { pool in
            try await pool.withTransaction { holder in
                _ = try await holder.query("SELECT pg_advisory_xact_lock($1)", [.int(Migrator.lockKey)])
                var hasty = Migrator(migrations: [Self.one], logger: Self.logger)
                hasty.timeout = .milliseconds(100)
                let error = await #expect(throws: SchemaError.self) { try await hasty.migrate(pool) }
                #expect(error?.code == .busy)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await pool.withTransaction { holder in
                    _ = try await holder.query("SELECT pg_advisory_xact_lock($1)", [.int(Migrator.lockKey)])
                    group.addTask { try await Migrator(migrations: [Self.one], logger: Self.logger).migrate(pool) }
                    try await Self.awaitBackend(pool, "wait_event = 'advisory'")
                }
                try await group.waitForAll()
            }
            #expect(try await Self.applied(pool) == [1])
        }
    }

    @Test func aBackendThatIsKilledInTheMiddleOfAStepLeavesNothingOfIt() async throws {
        try await Self.withPool { pool in
            let slow = Migration(2, "slow", Array("CREATE TABLE two (id integer); SELECT pg_sleep(60);".utf8))
            let migrator = Migrator(migrations: [Self.one, slow], logger: Self.logger)
            async let migrated = #expect(throws: PostgresError.self) { try await migrator.migrate(pool) }
            try await Self.awaitBackend(pool, "wait_event = 'PgSleep'")
            _ = try await pool.query(
                """
                SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event = 'PgSleep'
                """
            )
            _ = await migrated
            #expect(try await Self.applied(pool) == [1])
            #expect(try await pool.query("SELECT to_regclass('two') IS NULL AS gone").first?.bool("gone") == true)
            try await Migrator(migrations: [Self.one, Self.two], logger: Self.logger).migrate(pool)
            #expect(try await Self.applied(pool) == [1, 2])
        }
    }

    /// Everybody who wanted the table waited behind the step, as long as one old reader went on.
    @Test func aStepThatWaitsForATableLetsOthersPass() async throws {
        try await Self.withPool { pool in
            try await Migrator(migrations: [Self.one], logger: Self.logger).migrate(pool)
            let altering = Migration(2, "altering", Array("ALTER TABLE one ADD COLUMN note text;".utf8))
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await pool.withTransaction { reader in
                    _ = try await reader.query("SELECT count(*) FROM one")
                    var migrator = Migrator(migrations: [Self.one, altering], logger: Self.logger)
                    migrator.lockPatience = .milliseconds(20)
                    group.addTask { [migrator] in try await migrator.migrate(pool) }
                    try await Self.awaitBackend(pool, "wait_event_type = 'Lock'")
                    _ = try await pool.query("SELECT count(*) FROM one", timeout: .seconds(30))
                    #expect(try await Self.applied(pool) == [1])
                }
                try await group.waitForAll()
            }
            #expect(try await Self.applied(pool) == [1, 2])
        }
    }

    /// Waits until some statement of the database is in a state.
    static func awaitBackend(_ pool: PostgresPool, _ condition: String) async throws {
        let query = SQL(
            trusted: "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND \(condition)"
        )
        let deadline = ContinuousClock.now + .seconds(30)
        while try await pool.query(query).isEmpty { try #require(ContinuousClock.now < deadline, "\(condition)") }
    }

    @Test func aStepThatFailsLeavesNothing() async throws {
        try await Self.withPool { pool in
            let broken = Migration(2, "broken", Array("CREATE TABLE two (id integer); SELECT 1 / 0;".utf8))
            await #expect(throws: PostgresError.self) {
                try await Migrator(migrations: [Self.one, broken], logger: Self.logger).migrate(pool)
            }
            #expect(try await Self.applied(pool) == [1])
            #expect(try await pool.query("SELECT to_regclass('two') IS NULL AS gone").first?.bool("gone") == true)
            try await Migrator(migrations: [Self.one, Self.two], logger: Self.logger).migrate(pool)
            #expect(try await Self.applied(pool) == [1, 2])
        }
    }

    @Test func aDatabaseHoldsDataOfOneOrigin() async throws {
        try await withStorage { storage in
            #expect(try await storage.dataOrigin() == nil)
            try await storage.stampOrigin("riot")
            try await storage.stampOrigin("riot")
            let error = await #expect(throws: DataOriginMismatch.self) { try await storage.stampOrigin("simulated") }
            #expect(error == DataOriginMismatch(present: "riot", wanted: "simulated"))
            #expect(error?.description.contains("\"riot\"") == true)
            #expect(try await storage.dataOrigin() == "riot")
        }
    }
}
