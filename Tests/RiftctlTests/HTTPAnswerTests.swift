import Testing

@testable import riftctl

@Suite("HTTPAnswer")
struct HTTPAnswerTests {
    private func parse(_ text: String) -> HTTPAnswer? { HTTPAnswer(parsing: Array(text.utf8)) }

    @Test func readsStatusHeadersAndBody() throws {
        let answer = try #require(parse("HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\nRetry-After:  2\r\n\r\nbody"))
        #expect(answer.status == 202)
        #expect(answer.headers["retry-after"] == "2")
        #expect(answer.body == Array("body".utf8))
    }

    @Test func joinsChunks() throws {
        let answer = try #require(
            parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n")
        )
        #expect(answer.body == Array("abc0123456789".utf8))
    }

    @Test func withoutALengthTheRestIsTheBody() throws {
        #expect(try #require(parse("HTTP/1.1 200 OK\r\n\r\nrest")).body == Array("rest".utf8))
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "SMTP 200 OK\r\n\r\n", "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ])
    func refusesWhatIsNoWholeAnswer(text: String) {
        #expect(parse(text) == nil)
    }
}
