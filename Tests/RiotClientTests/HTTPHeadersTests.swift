import Testing

@testable import RiotClient

@Suite struct HTTPHeadersTests {
    static let lines: [(line: String, name: HTTPHeaders.Name, value: String?)] = [
        ("Retry-After: 3\r\n", .retryAfter, "3"), ("retry-after:3\n", .retryAfter, "3"),
        ("RETRY-AFTER:\t 3 \t\r\n", .retryAfter, "3"), ("Retry-After:\r\n", .retryAfter, ""),
        ("Retry-After : 3\r\n", .retryAfter, nil), (" Retry-After: 3\r\n", .retryAfter, nil),
        ("Retry-Afters: 3\r\n", .retryAfter, nil), ("Retry-After", .retryAfter, nil), (":\r\n", .retryAfter, nil),
        ("X-Riot-Edge-Trace-Id: a:b\r\n", .traceID, "a:b"), ("Retry-After: \u{e9}\r\n", .retryAfter, "\u{e9}"),
        ("X-App-Rate-Limit: 20:1,100:120\r\n", .applicationLimit, "20:1,100:120"),
        ("X-App-Rate-Limit-Count: 1:1\r\n", .applicationLimit, nil),
    ]

    @Test(arguments: lines)
    func readsOneLine(line: String, name: HTTPHeaders.Name, value: String?) {
        #expect(headers(line)[name] == value)
    }

    @Test func theLastOfANameCounts() {
        #expect(headers("Retry-After: 1", "X: y", "retry-after: 2")[.retryAfter] == "2")
    }

    private func headers(_ lines: String...) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for line in lines { Array(line.utf8).withUnsafeBytes { headers.read(line: $0) } }
        return headers
    }
}
