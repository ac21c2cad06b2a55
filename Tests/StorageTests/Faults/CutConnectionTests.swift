import Logging
import Postgres
import TestSupport
import Testing

@testable import Storage

/// Connections that break, and sessions that are ended, at any place of a store.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CutConnectionTests {
    /// Places at which a store is cut, spread over all bytes of each direction.
    private static let cuts = 60

    @Test func aConnectionCutAtAnyByteStoresAllOrNothing() async throws {
        try await withStorage { storage in
            let whole = try await Self.traffic(of: 0, to: storage)
            var number = 1
            var lost = 0
            for step in 0..<Self.cuts {
                for fault in [
                    FaultProxy.Fault.cutAfterSent(bytes: whole.sent * step / Self.cuts),
                    .cutAfter(bytes: whole.passed * step / Self.cuts),
                ] {
                    let proxy = try FaultProxy(to: storage.pool.configuration, fault: fault)
                    do {
                        try await Self.withProxied(proxy) { try await storeBoth(number, in: $0) }
                    } catch let error as PostgresError {
                        #expect(error.isRetryable, "\(fault): \(error)")
                        lost += 1
                    }
                    number += 1
                }
            }
            #expect(lost > Self.cuts, "the connection was hardly ever cut")
            #expect(try await storage.halves().isEmpty)
            for number in 1..<number { try await storeBoth(number, in: storage) }
            let contents = try await storage.contents()
            #expect(contents.isWhole(number), "\(contents.gaps(number))")
        }
    }

    /// Bytes of a store that nothing disturbs, in both directions.
    private static func traffic(of number: Int, to storage: Storage) async throws -> (sent: Int, passed: Int) {
        let proxy = try FaultProxy(to: storage.pool.configuration, fault: .cutAfter(bytes: .max))
        try await withProxied(proxy) { try await storeBoth(number, in: $0) }
        #expect(proxy.sentBytes > 100_000 && proxy.passedBytes > 1_000)
        return (proxy.sentBytes, proxy.passedBytes)
    }

    @Test func aSessionEndedInTheMiddleOfACopyStoresNothingAndCanBeRepeated() async throws {
        try await withStorage { storage in
            let whole = try await Self.traffic(of: 0, to: storage)
            var ended = 0
            let steps = 16
            for step in 1...steps {
                let bytes = whole.sent * step / (steps + 1)
                let proxy = try FaultProxy(to: storage.pool.configuration, fault: .holdAfterSent(bytes: bytes))
                async let outcome = Self.error(behind: proxy) { try await storeBoth(step, in: $0) }
                let deadline = ContinuousClock.now + .seconds(30)
                while !proxy.isHolding, .now < deadline { await Task.yield() }
                #expect(proxy.isHolding)
                var isInCopy = false
                repeat {
                    let rows = try await storage.pool.query(
                        """
                        SELECT state = 'active' AND query LIKE 'COPY%' AS is_copy, pg_terminate_backend(pid, 5000) AS is_ended
                        FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'behind-a-proxy'
                        """
                    )
                    isInCopy = try rows.first?.bool("is_copy") ?? isInCopy
                    if !rows.isEmpty { break }
                } while .now < deadline
                ended += isInCopy ? 1 : 0
                let error = await outcome
                #expect(error?.isRetryable == true, "\(String(describing: error))")
            }
            #expect(ended >= 3, "only \(ended) of \(steps) sessions were ended within a COPY")
            #expect(try await storage.halves().isEmpty)
            for number in 1...steps { try await storeBoth(number, in: storage) }
            let contents = try await storage.contents()
            #expect(contents.isWhole(steps + 1), "\(contents.gaps(steps + 1))")
        }
    }

    private static func error(
        behind proxy: FaultProxy,
        _ body: @Sendable (Storage) async throws -> Void
    ) async -> PostgresError? {
        do {
            try await withProxied(proxy, body)
            return nil
        } catch {
            return error as? PostgresError
        }
    }

    private static func withProxied(
        _ proxy: FaultProxy,
        _ body: (Storage) async throws -> Void
    ) async throws {
        var logger = Logger(label: "behind-a-proxy")
        logger.logLevel = .critical
        let pool = PostgresPool(configuration: proxy.configuration, maximumConnections: 1, logger: logger)
        do {
            try await body(Storage(pool: pool, keyScope: "default", logger: logger))
        } catch {
            await pool.close()
            throw error
        }
        await pool.close()
    }
}
