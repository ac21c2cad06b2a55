import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(1)))
struct PostgresUnreachableTests {
    private func configuration(_ url: String) throws -> PostgresConfiguration {
        try PostgresConfiguration(url: url, applicationName: "nobody")
    }

    @Test func aClosedPortIsNamedAtOnceWithoutThePassword() async throws {
        let port = try LoopbackSocket.freePort()
        let pool = PostgresPool(
            configuration: try configuration("postgresql://user:hunter2@127.0.0.1:\(port)/db"),
            logger: testLogger
        )
        for _ in 0..<5 {
            let started = ContinuousClock.now
            let error = await postgresError { _ = try await pool.query("SELECT 1") }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("127.0.0.1:\(port)") == true)
            #expect(error?.description.contains("hunter2") == false)
            #expect(error?.isRetryable == true)
            #expect(error?.isConnectionFailure == true)
            #expect(ContinuousClock.now - started < .seconds(30))
        }
        await pool.close()
    }

    @Test func aServerThatNeverAnswersIsGivenUpAtTheDeadline() async throws {
        let listener = try SilentListener()
        let error = await postgresError {
            _ = try await PostgresConnection.connect(
                configuration: configuration("postgresql://user:hunter2@127.0.0.1:\(listener.port)/db"),
                timeout: .milliseconds(200),
                logger: testLogger
            )
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("127.0.0.1:\(listener.port)") == true)
        #expect(error?.message.contains("200 ms") == true)
    }

    @Test func connectingCanBeCancelled() async throws {
        let listener = try SilentListener()
        let configuration = try configuration("host=127.0.0.1 port=\(listener.port) dbname=db user=u")
        let task = Task {
            _ = try await PostgresConnection.connect(
                configuration: configuration,
                timeout: .seconds(30),
                logger: testLogger
            )
        }
        while !listener.hasGuest { await Task.yield() }
        task.cancel()
        #expect(await postgresError { try await task.value }?.code == .cancelled)
    }

    @Test func aMissingSocketIsNamed() async throws {
        let error = await postgresError {
            _ = try await PostgresConnection.connect(
                configuration: configuration("postgresql://u@/db?host=/nowhere/at/all&port=5999"),
                logger: testLogger
            )
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("/nowhere/at/all/.s.PGSQL.5999") == true)
    }

    @Test func aNameWithoutAddressIsNamed() async throws {
        let error = await postgresError {
            _ = try await PostgresConnection.connect(
                configuration: configuration("postgresql://u:hunter2@no-such-host.invalid/db"),
                timeout: .seconds(20),
                logger: testLogger
            )
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("no-such-host.invalid") == true)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test func theServersReasonAndCodeComeThrough() async throws {
        try await withTestPool { pool in
            let missing = await postgresError {
                _ = try await PostgresConnection.connect(
                    configuration: pool.configuration.rewritten(database: "no_such_database"),
                    logger: testLogger
                )
            }
            #expect(missing?.code == .unavailable)
            #expect(missing?.sqlState == "3D000")
            #expect(missing?.message.contains("no_such_database") == true)
            #expect(missing?.message.contains(".c:") == false)
        }
    }

    @Test func theFirstHostThatAnswersIsTaken() async throws {
        try await withTestPool { pool in
            let port = try LoopbackSocket.freePort()
            guard let host = pool.configuration.socketDirectoryAndPort else { return }
            let database = try await pool.query("SELECT current_database() AS d")[0].string("d")
            let url =
                "host=127.0.0.1,localhost,\(host.directory) port=\(port),\(port),\(host.port) dbname=\(database)"
                + " user=\(host.user)"
            let connection = try await PostgresConnection.connect(
                configuration: configuration(url),
                logger: testLogger
            )
            let answers = try await connection.answers()
            #expect(answers)
            await connection.close()
        }
    }
}
