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
