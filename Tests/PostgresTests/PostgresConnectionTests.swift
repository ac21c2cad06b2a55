import Logging
import Postgres
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(1)))
struct PostgresConnectionTests {
    @Test func answersOneQuery() async throws {
        try await withTestDatabase { url in
            let configuration = try PostgresConfiguration(url: url, applicationName: "smoke")
            let connection = try await PostgresConnection.connect(
                configuration: configuration,
                logger: Logger(label: "test")
            )
            let rows = try await connection.query(
                "SELECT $1::int + 1 AS sum, $2::text AS text",
                [.int(41), .text("å")]
            )
            #expect(try rows[0].int("sum") == 42)
            #expect(try rows[0].string("text") == "å")
            await connection.close()
        }
    }
}
