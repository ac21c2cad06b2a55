import Logging
import Postgres
import TestSupport
import Testing

@testable import Storage

/// Other transactions in the way: deadlocks, serialization failures, locks that last too long.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ConflictTests {
    @Test func aDeadlockWithAnotherTransactionEndsWithEverythingStored() async throws {
        try await withStorage(connections: 6) { storage in
            try await storeBoth(0, in: storage)
            let before = try await Self.deadlocks(storage)
            // The other one has a new player and then wants the match; the store has the match and wants the player.
            _ = try await storage.pool.query("DELETE FROM summoner WHERE puuid = $1", [.text(testPuuid(5))])
            async let stored: Void = Self.storeAgain(1, in: storage)
            let isCrossed = try await Self.cross(storage, match: FaultBodies.id(1), puuid: testPuuid(5))
            try await stored
            #expect(isCrossed, "the two never waited for each other")
            #expect(try await Self.deadlocks(storage) > before)
            _ = try await storage.pool.query(
                "DELETE FROM match_key WHERE id NOT IN (SELECT id FROM match UNION SELECT match_id FROM timeline)"
            )
            let contents = try await storage.contents()
            #expect(contents.isWhole(2), "\(contents.gaps(2))")
        }
    }

    /// Holds the player, lets the store run into it, and asks for the match: one of the two has to give way.
    private static func cross(_ storage: Storage, match: String, puuid: String) async throws -> Bool {
        do {
            return try await storage.pool.withTransaction { connection in
                _ = try await connection.query(
                    "INSERT INTO summoner (puuid, key_scope) VALUES ($1, 'default')",
                    [.text(puuid)]
                )
                Self.gate.open()
                let deadline = ContinuousClock.now + .seconds(20)
                var waiting = 0
                while waiting == 0, .now < deadline {
                    waiting = try await storage.pool.query(
                        """
                        SELECT count(*) AS n FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """
                    )[0].int("n")
                }
                _ = try await connection.query(
                    "INSERT INTO match_key (riot_id) VALUES ($1) ON CONFLICT DO NOTHING",
                    [.text(match)]
                )
                return waiting > 0
            }
        } catch let error as PostgresError where error.sqlState == "40P01" {
            return true
        }
    }

    private static let gate = Gate()

    private static func storeAgain(_ number: Int, in storage: Storage) async throws {
        try await gate.wait()
        try await untilItWorks("storing") { try await storeBoth(number, in: storage) }
    }

    /// Deadlocks that the server has counted in this database.
    private static func deadlocks(_ storage: Storage) async throws -> Int {
        // The counter is told with a delay, unless somebody asks for it at once.
        _ = try await storage.pool.query("SELECT pg_stat_clear_snapshot()")
        return try await storage.pool.query(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )[0].int("deadlocks")
    }

    @Test func serializationFailuresLoseNothing() async throws {
        try await withStorage(connections: 8) { storage in
            let database = try await storage.pool.query("SELECT current_database() AS name")[0].string("name")
            _ = try await storage.pool.query(
                SQL(trusted: "ALTER DATABASE \(database) SET default_transaction_isolation = 'serializable'")
            )
            try await withStorages(url: storage.pool.configuration.uri, count: 3) { storages in
                try await withThrowingDiscardingTaskGroup { group in
                    for number in 0..<24 {
                        // Everything is stored by two at once.
                        for offset in 0..<2 {
                            let one = storages[(number + offset) % storages.count]
                            group.addTask { try await untilItWorks("storing") { try await storeBoth(number, in: one) } }
                        }
                    }
                }
            }
            let contents = try await storage.contents()
            #expect(contents.isWhole(24), "\(contents.gaps(24))")
            #expect(try await storage.counts()["summoner"] == 10)
        }
    }

    @Test func aStatementThatTakesTooLongIsGivenUpAndRepeatedLater() async throws {
        try await withStorage { storage in
            try await storeBoth(0, in: storage)
            let url = storage.pool.configuration.uri + "&options=-c%20statement_timeout%3D300"
            try await withStorages(url: url, count: 1) { hurried in
                try await storage.pool.withTransaction { blocker in
                    _ = try await blocker.query("LOCK TABLE timeline_events IN ACCESS EXCLUSIVE MODE")
                    let error = await #expect(throws: PostgresError.self) { try await storeBoth(1, in: hurried[0]) }
                    #expect(error?.sqlState == "57014" && error?.isRetryable == true, "\(String(describing: error))")
                }
                #expect(try await storage.halves().isEmpty)
                #expect(try await storage.counts()["timeline"] == 1)
                try await untilItWorks("storing") { try await storeBoth(1, in: hurried[0]) }
            }
            let contents = try await storage.contents()
            #expect(contents.isWhole(2), "\(contents.gaps(2))")
        }
    }
}

/// Several storages with pools of their own, as several workers have them.
func withStorages(url: String, count: Int, _ body: ([Storage]) async throws -> Void) async throws {
    var logger = Logger(label: "storage-tests")
    logger.logLevel = .critical
    let storages = try (0..<count).map { _ in
        Storage(
            pool: PostgresPool(
                configuration: try PostgresConfiguration(url: url, applicationName: "storage-tests"),
                maximumConnections: 4,
                logger: logger
            ),
            keyScope: "default",
            logger: logger
        )
    }
    do {
        try await body(storages)
    } catch {
        for storage in storages { await storage.pool.close() }
        throw error
    }
    for storage in storages { await storage.pool.close() }
}

/// Opens once, and lets everybody through from then on.
final class Gate: Sendable {
    private let stream = AsyncStream<Void>.makeStream()

    func open() { stream.continuation.finish() }
    func wait() async throws { for await _ in stream.stream {} }
}
