@testable import Postgres
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(3)))
struct PostgresFaultTests {
    /// A query, an error, a COPY: cut off at every byte of what the server says; the start-up at every fifth.
    @Test func aConnectionThatBreaksAtAnyByteIsAnErrorAndNothingElse() async throws {
        try await withTestDatabase { url in
            let server = try PostgresConfiguration(url: url, applicationName: "proxied")
            if server.socketDirectoryAndPort == nil { return }  // the proxy speaks Unix sockets only
            let admin = try await PostgresConnection.connect(configuration: server, logger: testLogger)
            try await admin.executeScript("CREATE TABLE t (n int)", timeout: .seconds(5))
            await admin.close()
            let whole = try FaultProxy(to: server, fault: .cutAfter(bytes: .max))
            let startUp = try await exchange(through: whole)
            let total = whole.passedBytes
            #expect(startUp > 200 && total > startUp + 100)
            for bytes in Array(stride(from: 0, to: startUp, by: 5)) + Array(startUp..<total) {
                let proxy = try FaultProxy(to: server, fault: .cutAfter(bytes: bytes))
                let error = await postgresError { _ = try await exchange(through: proxy) }
                guard let error else {
                    Issue.record("no error when the connection broke after \(bytes) of \(total) bytes")
                    return
                }
                #expect(error.isConnectionFailure, "after \(bytes) bytes: \(error)")
            }
        }
    }

    /// The same every time; returns how many bytes the start-up took.
    private func exchange(through proxy: FaultProxy) async throws -> Int {
        let connection = try await PostgresConnection.connect(
            configuration: proxy.configuration,
            timeout: .seconds(20),
            logger: testLogger
        )
        let startUp = proxy.passedBytes
        let row = try await connection.query("SELECT $1::int AS n, repeat('x', 20) AS text", [.int(1)])[0]
        #expect(try row.string("text").count == 20)
        let error = await postgresError { _ = try await connection.query("SELECT 1 / 0 AS n") }
        if error?.isConnectionFailure == true, let error { throw error }
        #expect(error?.sqlState == "22012", "\(String(describing: error)) after \(proxy.passedBytes) bytes")
        let copied = try await connection.copyIn("COPY t FROM STDIN", Array("1\n".utf8))
        #expect(copied == 1)
        await connection.close()
        return startUp
    }

    @Test func aServerThatFallsSilentCostsItsDeadlineAndTheConnection() async throws {
        try await withTestDatabase { url in
            let server = try PostgresConfiguration(url: url, applicationName: "proxied")
            if server.socketDirectoryAndPort == nil { return }
            let proxy = try FaultProxy(to: server, fault: .stallAfter(text: "silence"))
            let pool = PostgresPool(configuration: proxy.configuration, maximumConnections: 1, logger: testLogger)
            let error = await postgresError {
                try await pool.withConnection { connection in
                    _ = try await connection.query("SELECT 'silence' AS word", timeout: .milliseconds(200))
                }
            }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("its connection was closed") == true)
            let answers = try await pool.answers()
            #expect(answers)
            await pool.close()
        }
    }
}
