import Postgres
import Testing

@Suite struct PostgresConfigurationTests {
    private func configuration(_ url: String?) throws -> PostgresConfiguration {
        try PostgresConfiguration(url: url, applicationName: "tests")
    }

    @Test(arguments: [
        ("postgresql://me:hunter2@db.example:6432/riot", "postgresql://me@db.example:6432/riot"),
        ("postgres://me:hunter2@db.example/riot", "postgresql://me@db.example:5432/riot"),
        ("postgresql://me@/riot?host=/run/pg", "postgresql://me@/run/pg/.s.PGSQL.5432/riot"),
        ("host=db.example port=6432 dbname=riot user=me password='hunter2 x'", "postgresql://me@db.example:6432/riot"),
        ("postgresql://me:hunter2@[::1]:6432/riot", "postgresql://me@[::1]:6432/riot"),
        ("postgresql://me@a:1,b:2,c/riot", "postgresql://me@a:1, b:2, c:5432/riot"),
        ("postgresql://me@/riot?hostaddr=10.0.0.1&port=7", "postgresql://me@10.0.0.1:7/riot"),
    ])
    func describesWhereTheServerIsWithoutThePassword(url: String, description: String) throws {
        #expect(try configuration(url).description == description)
    }

    @Test(arguments: [
        "mysql://me:hunter2@db/riot", "postgresql://me:hunter2%zz@db/riot", "postgresql://me:hunter2@[::1/riot",
        "postgresql://me@db/riot?pasword=hunter2", "password='hunter2", "hunter2", "hunter2=1",
        "postgresql://me:hunter2@db/riot?x", "postgresql://me:hunter2@db/riot?client_encoding=LATIN1",
        "host=a\0b password=hunter2",
    ])
    func refusesWhatItCannotReadWithoutRepeatingIt(url: String) throws {
        let error = #expect(throws: PostgresError.self) { try configuration(url) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.isRetryable == false)
    }

    @Test(arguments: [
        "postgresql://me:p%40ss%2Fw%20rd%25@db.example:6432/riot?sslmode=require&application_name=a%26b",
        "postgresql://me@/riot?host=/run/pg",
        "host='/with space' dbname='a b' user=me password='it''s'".replacing("''", with: "\\'"),
        "postgresql://me@a:1,b:2/riot?target_session_attrs=read-write",
        "",
    ])
    func theURIMeansTheSame(url: String) throws {
        let original = try configuration(url)
        let copy = try configuration(original.uri)
        #expect(copy.description == original.description)
        #expect(copy.uri == original.uri)
    }

    @Test func rewritesOnlyTheDatabase() throws {
        let uri = try configuration("postgresql://me:p%40@h:1/a?sslmode=disable").rewritten(database: "b/c").uri
        #expect(uri == "postgresql:///b%2Fc?user=me&password=p%40&host=h&port=1&sslmode=disable")
        #expect(
            try configuration("postgresql://me@/a?host=/s").rewritten(database: "b").uri.hasPrefix("postgresql:///b?")
        )
    }
}
