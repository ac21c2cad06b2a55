@testable import Postgres
import Testing

@Suite struct ServerTextTests {
    @Test(arguments: [
        ("invalid input syntax for type integer: \"a\"b\"", "invalid input syntax for type integer: \"…\""),
        ("value \"99\" is out of range for type integer", "value \"…\" is out of range for type integer"),
        ("ungültige Eingabesyntax für Typ integer: »abc«", "ungültige Eingabesyntax für Typ integer: \"…\""),
        (
            "syntaxe en entrée invalide pour le type integer : « abc »",
            "syntaxe en entrée invalide pour le type integer : \"…\""
        ),
        ("division by zero", "division by zero"), ("one \" only", "one \"…\" only"), ("", ""),
    ])
    func valuesInQuotesAreLeftOut(text: String, expected: String) {
        #expect(ServerText.withoutQuotedValues(text) == expected)
    }

    @Test(
        arguments: [
            (
                "connection to server on socket \"/s/.s.PGSQL.5432\" failed: FATAL:  53300: sorry, too many clients already\n"
                    + "LOCATION:  InitProcess, proc.c:362\n", "53300", "sorry, too many clients already"
            ),
            (
                "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  3D000: database \"a: b\" does not exist\n",
                "3D000", "database \"a: b\" does not exist"
            ),
            (
                "connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server running?\n",
                nil,
                "connection to server at \"127.0.0.1\", port 1 failed: Connection refused Is the server running?"
            ),
            (
                "first failed: Connection refused\nsecond failed: FATAL:  28P01: password authentication failed for user \"u\"",
                "28P01", "password authentication failed for user \"u\""
            ),
        ] as [(String, String?, String)]
    )
    func theCodeOfARefusedStartUpIsFound(text: String, state: String?, message: String) {
        let failure = ServerText.connectFailure(text)
        #expect(failure.state == state)
        #expect(failure.message == message)
    }

    @Test(arguments: [
        ("40001", true), ("40P01", true), ("55P03", true), ("57P01", true), ("57P02", true), ("57P03", true),
        ("08006", true), ("08001", true), ("53300", true), ("53100", true), ("57014", true), ("23505", false),
        ("42P01", false), ("22P02", false), ("28P01", false), ("25P02", false), ("XX000", false),
    ])
    func whatMaySucceedTheNextTime(state: String, isRetryable: Bool) {
        #expect(PostgresError(.server, "x", sqlState: state).isRetryable == isRetryable)
    }

    @Test func descriptionsAreTheMessageAndTheCode() {
        #expect(PostgresError(.timedOut, "no answer").description == "no answer")
        #expect(PostgresError(.server, "refused", sqlState: "23505").description == "refused [23505]")
    }

    @Test(
        arguments: [
            ("{}", []), ("{a}", ["a"]), ("{NULL,\"NULL\"}", [nil, "NULL"]), ("{\"a\\\"\\\\\",b c}", ["a\"\\", "b c"]),
            ("{\"\"}", [""]), ("{1,2,3}", ["1", "2", "3"]),
        ] as [(String, [String?])]
    )
    func arraysAreTakenApart(text: String, elements: [String?]) {
        #expect(ArrayText.elements(Array(text.utf8)[...]) == elements)
    }

    @Test(arguments: ["", "{", "}", "a", "{a", "{{1},{2}}", "{\"a}", "{a,}", "{\"a\"b}"])
    func whatIsNoArrayIsRefused(text: String) {
        #expect(ArrayText.elements(Array(text.utf8)[...]) == nil)
    }

    @Test func longStatementsAreShortenedInMessages() {
        #expect(SQL("SELECT 1\n   FROM t").excerpt == "SELECT 1 FROM t")
        #expect(SQL(trusted: String(repeating: "x", count: 500)).excerpt.count == 81)
    }

    @Test func theStatementUsedLongestAgoGoesFirst() {
        var cache = StatementCache(capacity: 2)
        cache.insert("a", name: cache.freshName())
        let before = cache.leastRecentlyUsed()
        #expect(before == nil)
        cache.insert("b", name: cache.freshName())
        let name = cache.name(of: "a")
        #expect(name == "riftsync_1")
        let oldest = cache.leastRecentlyUsed()
        #expect(oldest?.sql == "b")
        cache.remove("b")
        #expect(cache.count == 1)
        #expect(cache.freshName() == "riftsync_3")
    }
}
