import Compression
import Logging
import RiotModels
import Testing

@testable import RiotClient

/// Answers that end at any byte, by a closed connection or a reset one.
@Suite(.timeLimit(.minutes(2))) struct TornAnswerTests {
    private static let text = Array(#"{"a":{"b":[1,{"c":2}]},"d":{}}"#.utf8)

    /// The name, the whole answer, and what its body is on the wire.
    static let answers: [(name: String, bytes: [UInt8], body: [UInt8])] = [
        ("length", Array(RawServer.answer(200, String(decoding: text, as: UTF8.self), headers: trace).utf8), text),
        ("chunks", RawServer.chunked(200, text, headers: trace), text),
        ("gzip", RawServer.chunked(200, Gzip.deflate(text), headers: ["Content-Encoding: gzip"]), Gzip.deflate(text)),
        (
            "gzip without a length",
            Array("HTTP/1.1 200 x\r\nContent-Encoding: gzip\r\n\r\n".utf8) + Gzip.deflate(text), Gzip.deflate(text)
        ),
        ("nothing tells where it ends", Array("HTTP/1.1 200 x\r\n\r\n".utf8) + text, text),
        (
            "after an interim answer", Array(("HTTP/1.1 103 x\r\n\r\n" + RawServer.answer(200, "{}")).utf8),
            Array("{}".utf8)
        ),
    ]
    private static let trace = ["X-Riot-Edge-Trace-Id: t"]

    @Test(arguments: answers)
    func isNeverTakenForAWholeOne(name: String, bytes: [UInt8], body: [UInt8]) async throws {
        let server = try RawServer { number, _ in
            [.sendBytes(Array(bytes[..<(number / 2)])), number % 2 == 0 ? .close : .reset]
        }
        defer { server.stop() }
        let logger = Logger(label: "torn") { _ in SwiftLogNoOpLogHandler() }
        let limiter = RateLimiter(
            redis: nil,
            prefix: "p",
            scope: "s",
            isLoopback: true,
            owner: "o",
            logger: logger
        )
        let configuration = RiotConfiguration(baseURL: server.baseURL, key: try RiotKey("RGAPI-1"))
        let client = try RiotClient(configuration: configuration, limiter: limiter, logger: logger)
        let request = RiotRequest.match(try MatchID("EUW1_1"))
        for number in 0..<(bytes.count * 2) {
            guard case .granted(let permit) = await limiter.acquire(route: request.route, method: request.method) else {
                throw RiotError(.unavailable, "no permit")
            }
            switch await client.attempt(request, permit: permit) {
            // Only what frames the body may be missing.
            case .success(let response): #expect(response.body == body, "\(name), cut at byte \(number / 2)")
            case .retryable: break
            case let outcome: Issue.record("\(name), cut at byte \(number / 2): \(outcome)")
            }
        }
        #expect(server.heads.count == bytes.count * 2)
        await client.shutdown()
    }
}
