import Compression
import Testing

@testable import RiotClient

@Suite struct ReactionTests {
    static let statuses: [(Int, String?, Reaction)] = [
        (200, nil, .success), (204, nil, .absent), (301, nil, .refused), (302, nil, .refused),
        (400, nil, .refused),
        (401, nil, .keyRejected), (403, nil, .keyRejected), (404, nil, .absent), (405, nil, .refused),
        (415, nil, .refused), (418, nil, .refused), (429, "application", .limited(.application)),
        (429, "Method", .limited(.method)), (429, "service", .limited(.service)),
        (429, nil, .limited(.none)),
        (429, "something new", .limited(.none)), (500, nil, .again), (502, nil, .again),
        (503, nil, .againLater),
        (504, nil, .again), (520, nil, .again), (522, nil, .again), (524, nil, .again),
        (599, nil, .again),
        (600, nil, .refused), (0, nil, .refused),
    ]

    @Test(arguments: statuses)
    func knowsEveryStatus(status: Int, type: String?, reaction: Reaction) {
        #expect(Reaction(status: status, limitType: type) == reaction)
    }

    @Test(
        arguments: [
            (nil, nil), ("3", Duration.seconds(3)), (" 120 ", .seconds(120)), ("0", .zero), ("", nil),
            ("-1", nil),
            ("1.5", nil), ("Wed, 21 Oct 2026 07:28:00 GMT", nil), ("99999999999999999", .seconds(86_400)),
            ("１", nil),
            ("9999999999999999999999", nil),
        ] as [(String?, Duration?)]
    )
    func readsRetryAfter(header: String?, duration: Duration?) {
        #expect(RetryAfter.parse(header) == duration)
    }

    @Test func backsOffFurtherEachTimeWithinBounds() {
        for attempt in 1...40 {
            let floor = BackOff.pause(attempt: attempt, jitter: 0)
            let ceiling = BackOff.pause(attempt: attempt, jitter: 1)
            #expect(floor == .milliseconds(250))
            #expect(ceiling == min(.seconds(20), .milliseconds(500) * (1 << min(attempt, 10))))
        }
    }
}

@Suite struct RateWindowsTests {
    @Test(arguments: [
        ("20:1,100:120", "20:1,100:120"), ("500:10", "500:10"), (" 20 : 1 , 100:120 ", "20:1,100:120"),
        ("30000:600,500:10,20:1", "30000:600,500:10,20:1"), ("0:1", "0:1"),
    ])
    func reads(header: String, text: String) {
        #expect(RateWindows(header)?.text == text)
    }

    @Test(arguments: [
        "", ",", "20", "20:", ":1", "20:0", "-1:1", "20:1,", "20:1,x", "20:1;100:120", "20.5:1",
        "1e3:1", "20:1:1",
        "9999999999:1", "２０:1", String(repeating: "1:1,", count: 20) + "1:1", "null",
    ])
    func refusesAHeaderThatIsWrongAnywhere(header: String) {
        #expect(RateWindows(header) == nil)
    }

    @Test func aLimitOfNothingIsNoLimit() {
        let headers = HTTPHeaders([
            .applicationLimit: "0:1", .applicationCount: "0:1", .methodLimit: "5:10",
        ])
        #expect(LimitHeaders(headers).arguments == ["", "0:1", "5:10", ""])
        #expect(LimitHeaders(HTTPHeaders()).arguments == ["", "", "", ""])
    }

    @Test(
        arguments: [
            ("20:1,100:120", "20:1,50:120", Duration.seconds(1)),
            ("20:1,100:120", "20:1,100:120", .seconds(120)),
            ("20:1,100:120", "100:120,3:1", .seconds(120)),
            ("20:1,100:120", "21:1,113:120", .seconds(120)),
            ("20:1,100:120", "19:1,99:120", nil), ("20:1,100:120", "200:60", nil), ("20:1", "x", nil),
            ("x", "20:1", nil),
        ] as [(String, String, Duration?)]
    )
    func findsTheFullWindow(limits: String, counts: String, window: Duration?) {
        let application = HTTPHeaders([.applicationLimit: limits, .applicationCount: counts])
        #expect(LimitHeaders(application).fullWindow(for: .application) == window)
        #expect(LimitHeaders(application).fullWindow(for: .method) == nil)
        let method = HTTPHeaders([.methodLimit: limits, .methodCount: counts])
        #expect(LimitHeaders(method).fullWindow(for: .method) == window)
        #expect(LimitHeaders(method).fullWindow(for: .service) == nil)
    }
}

@Suite struct BodyCheckTests {
    static let bodies: [(String, String?, Bool)] = [
        ("{}", nil, true), ("[]", nil, true), (" \r\n{\"a\":1}\n", nil, true), ("{}", "identity", true),
        ("", nil, false), ("   ", nil, false), ("<html></html>", nil, false),
        ("{\"a\":[1,2", nil, false),
        ("[1,2}", nil, false), ("null", nil, false), ("{}", "gzip", false), ("{}", "br", false),
        ("\u{FEFF}{}", nil, false),
    ]

    @Test(arguments: bodies)
    func tellsAnAnswerFromSomethingElse(body: String, encoding: String?, isGood: Bool) {
        let result = BodyCheck.text(of: Array(body.utf8), encoding: encoding, limit: 1000)
        #expect((try? result.get()) == (isGood ? Array(body.utf8) : nil))
    }

    @Test func inflatesWithinItsLimit() throws {
        let text = Array("[\(String(repeating: "1,", count: 500))1]".utf8)
        let body = Gzip.deflate(text)
        #expect(try BodyCheck.text(of: body, encoding: "gzip", limit: text.count).get() == text)
        #expect(try BodyCheck.text(of: body, encoding: "X-GZIP", limit: text.count).get() == text)
        #expect(throws: BodyCheck.Flaw.self) {
            try BodyCheck.text(of: body, encoding: "gzip", limit: text.count - 1).get()
        }
    }

    @Test func damageAtAnyByteIsSeen() {
        let text = Array("{\"status\":{\"message\":\"x\"}}".utf8)
        let body = Gzip.deflate(text)
        for index in body.indices {
            let cut = BodyCheck.text(of: Array(body[..<index]), encoding: "gzip", limit: 1000)
            #expect((try? cut.get()) == nil)
            var flipped = body
            flipped[index] ^= 0x20
            // Some bytes of the header, such as the time, are not part of the text.
            let result = try? BodyCheck.text(of: flipped, encoding: "gzip", limit: 1000).get()
            #expect(result == nil || result == text)
        }
    }
}

@Suite struct ServerMessageTests {
    @Test(
        arguments: [
            (
                #"{"status":{"message":"Data not found - match file not found","status_code":404}}"#,
                "Data not found - match file not found"
            ),
            (#"{"status":{"status_code":403,"message":"Unknown apikey RGAPI-1"}}"#, "Unknown apikey •••"),
            (#"{"status":{"message":"Unknown apikey RGA\u0000PI-1"}}"#, "Unknown apikey •••"),
            (#"{"status":{"message":"a\u001b[2Jb\nc"}}"#, "a[2Jbc"),
            (#"{"status":{}}"#, nil), ("<html>", nil), ("", nil), (#"{"status":{"message":5}}"#, nil),
            (#"{"status":{"message":""}}"#, nil),
        ] as [(String, String?)]
    )
    func readsRiotsSentence(body: String, message: String?) throws {
        let key = try RiotKey("RGAPI-1")
        #expect(ServerMessage.read(answer(Array(body.utf8)), key: key) == message)
        var zipped = answer(Gzip.deflate(Array(body.utf8)))
        zipped.headers[.contentEncoding] = "gzip"
        #expect(ServerMessage.read(zipped, key: key) == message)
    }

    @Test func isShort() throws {
        let body = #"{"status":{"message":"\#(String(repeating: "é", count: 1000))"}}"#
        #expect(
            ServerMessage.read(answer(Array(body.utf8)), key: try RiotKey("k"))?.unicodeScalars.count
                == 200
        )
        let page = [UInt8](repeating: 0x20, count: 100_000)
        #expect(ServerMessage.read(answer(page), key: try RiotKey("k")) == nil)
    }

    private func answer(_ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: 404,
            headers: HTTPHeaders(),
            body: body,
            duration: .zero,
            connectionsOpened: 0
        )
    }
}
