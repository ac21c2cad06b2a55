import Foundation
import JSONRPC
import Testing

/// The rules of JSON-RPC 2.0 one by one, and the places where implementations go wrong.
@Suite struct RuleTests {
    /// A request with id 1 and what its answer must be: a code, or a result as text.
    private static let refused: [(String, Int)] = [
        // R1: the version
        (#"{"jsonrpc":2.0,"method":"nothing","id":1}"#, -32600),
        (#"{"jsonrpc":"1.0","method":"nothing","id":1}"#, -32600),
        (#"{"method":"nothing","id":1}"#, -32600), (#"{"jsonrpc":"2.0 ","method":"nothing","id":1}"#, -32600),
        // R2: the method
        (#"{"jsonrpc":"2.0","method":1,"id":1}"#, -32600), (#"{"jsonrpc":"2.0","method":null,"id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","id":1}"#, -32600), (#"{"jsonrpc":"2.0","Method":"nothing","id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"","id":1}"#, -32601),
        // R3: reserved names
        (#"{"jsonrpc":"2.0","method":"rpc.unknown","id":1}"#, -32601),
        // R4: the shape of params
        (#"{"jsonrpc":"2.0","method":"nothing","params":null,"id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"nothing","params":"x","id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"nothing","params":3,"id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"nothing","params":true,"id":1}"#, -32600),
        // R5: names match exactly
        (#"{"jsonrpc":"2.0","method":"echo","params":{"Word":"a"},"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"echo","params":{"word":"a","more":1},"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"echo","params":{},"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"echo","id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"echo","params":["a","b"],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"echo","params":[],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"nothing","params":[1],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"echo","params":{"word":7},"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"echo","params":{"word":null},"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"subtract","params":[1.5,1],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"subtract","params":[99999999999999999999,1],"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"subtract","params":[1e999,1],"id":1}"#, -32602),
        // R9: a request has no result
        (#"{"jsonrpc":"2.0","method":"nothing","result":1,"id":1}"#, -32600),
        // duplicates, at any depth
        (#"{"jsonrpc":"2.0","jsonrpc":"2.0","method":"nothing","id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"nothing","method":"echo","id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"echo","params":{"word":"a","word":"b"},"id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"echo","params":{"word":"a","w\u006frd":"b"},"id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"options","params":{"name":"a","tags":[{"x":1,"x":2}]},"id":1}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"nothing","id":1,"other":1,"other":2}"#, -32600),
        // our own codes
        (#"{"jsonrpc":"2.0","method":"fail.inside","id":1}"#, -32603),
        (#"{"jsonrpc":"2.0","method":"fail.known","id":1}"#, -32002),
        (#"{"jsonrpc":"2.0","method":"fail.cancelled","id":1}"#, -32007),
        (#"{"jsonrpc":"2.0","method":"large","id":1}"#, -32008),
        (#"{"jsonrpc":"2.0","method":"nothing","params":{"_meta":{"deadline_ms":1000}},"id":1}"#, -32006),
        (#"{"jsonrpc":"2.0","method":"nothing","params":{"_meta":{"deadline_ms":"soon"}},"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"nothing","params":{"_meta":7},"id":1}"#, -32602),
        (#"{"jsonrpc":"2.0","method":"nothing","params":{"_meta":{"trace":7}},"id":1}"#, -32602),
    ]

    @Test(arguments: refused) func refusesWithTheRightCodeAndTheID(request: String, code: Int) async throws {
        let error = try await Self.error(request)
        #expect(error.code == code)
        #expect(error.id as? Int == 1)
        #expect(!error.message.isEmpty)
    }

    /// Frames whose id cannot be read.
    private static let unreadable: [(String, Int)] = [
        (#"{"jsonrpc":"2.0","method":"nothing","id":{}}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"nothing","id":[]}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"nothing","id":true}"#, -32600),
        (#"{"jsonrpc":"2.0","method":"nothing","id":1,"id":2}"#, -32600),
        (#""text""#, -32600), ("7", -32600), ("null", -32600), ("{}", -32600), (#"{"foo":"boo"}"#, -32600),
        ("help", -32700), ("GET / HTTP/1.1", -32700), ("{", -32700), ("{} {}", -32700), ("nul", -32700),
        ("[01]", -32700),
        (#"{"jsonrpc":"2.0","method":"no\#u{0}thing","id":1}"#, -32700),
        (#"{"jsonrpc":"2.0","method":"\x","id":1}"#, -32700),
        (String(repeating: "[", count: 100_000), -32700),
        (#"{"jsonrpc":"2.0","method":"nothing","id":01}"#, -32700),
        (#"{"jsonrpc":"2.0","method":"nothing","id":NaN}"#, -32700),
    ]

    @Test(arguments: unreadable) func answersWithIDNullWhenThereIsNone(request: String, code: Int) async throws {
        let error = try await Self.error(request)
        #expect(error.code == code)
        #expect(error.id is NSNull)
    }

    @Test func depthIsLimited() async throws {
        for depth in [65, 100_000] {
            let open = String(repeating: "[", count: depth)
            #expect(try await Self.error(open).code == -32700)
            #expect(try await Self.error(open + String(repeating: "]", count: depth)).code == -32700)
        }
    }

    @Test func invalidUTF8IsAParseError() async throws {
        let frame = Array(#"{"jsonrpc":"2.0","method":"no"#.utf8) + [0xFF] + Array(#"thing","id":1}"#.utf8)
        let answer = await TestService.dispatcher().respond(to: frame, context: CallContext())
        #expect(answer.map { String(decoding: $0, as: UTF8.self) }?.contains("-32700") == true)
    }

    @Test(arguments: [
        "1", "1.0", "-1", "0", "1e3", "12345678901234567890", "1.000000000000000000001", "1e999", #""1""#, #""""#,
        #""\u0041é\n""#,
        #""ключ""#, "null", "-0",
    ])
    func theIDComesBackByteForByte(id: String) async {
        let good = await TestService.answer(#"{"jsonrpc":"2.0","method":"nothing","id":\#(id)}"#)
        #expect(good == #"{"jsonrpc":"2.0","result":null,"id":\#(id)}"#)
        let bad = await TestService.answer(#"{"jsonrpc":"2.0","method":7,"id":\#(id)}"#)
        #expect(bad?.hasSuffix(#","id":\#(id)}"#) == true)
    }

    @Test(arguments: [
        #"{"jsonrpc":"2.0","method":"unknown"}"#, #"{"jsonrpc":"2.0","method":"echo","params":[1,2,3]}"#,
        #"{"jsonrpc":"2.0","method":"fail.inside"}"#, #"{"jsonrpc":"2.0","method":"fail.known"}"#,
        #"{"jsonrpc":"2.0","method":"nothing"}"#, #"{"jsonrpc":"2.0","method":"large"}"#,
        #"[{"jsonrpc":"2.0","method":"unknown"},{"jsonrpc":"2.0","method":"fail.inside"}]"#,
        #"{"jsonrpc":"2.0","method":"nothing","params":{"_meta":{"deadline_ms":1}}}"#,
    ])
    func notificationsAreNeverAnswered(request: String) async {
        #expect(await TestService.answer(request) == nil)
    }

    @Test(arguments: [
        #"{"jsonrpc":"2.0","result":1,"id":1}"#, #"{"jsonrpc":"2.0","error":{"code":1,"message":""},"id":1}"#,
        #"[{"jsonrpc":"2.0","result":1,"id":1}]"#,
    ])
    func answersAreNotAnswered(response: String) async {
        #expect(await TestService.answer(response) == nil)
    }

    @Test func membersThatTheSpecificationDoesNotKnowAreLeftAlone() async {
        let answer = await TestService.answer(#"{"jsonrpc":"2.0","method":"echo","params":["a"],"id":1,"auth":"x"}"#)
        #expect(answer == #"{"jsonrpc":"2.0","result":"a","id":1}"#)
    }

    @Test func answersStayOnOneLine() async {
        let answer = await TestService.answer(
            #"{"jsonrpc":"2.0","method":"echo","params":["a\nb\r\u0000/\u2028"],"id":1}"#
        )
        #expect(answer == #"{"jsonrpc":"2.0","result":"a\nb\r\u0000/"# + "\u{2028}" + #"","id":1}"#)
    }

    @Test func batchesHoldAtMostAHundred() async throws {
        func batch(_ count: Int) -> String {
            "["
                + (0..<count).map { #"{"jsonrpc":"2.0","method":"subtract","params":[\#($0),1],"id":\#($0)}"# }.joined(
                    separator: ","
                ) + "]"
        }
        let answers = try #require(await TestService.answer(batch(100)))
        let list = try #require(try JSONSerialization.jsonObject(with: Data(answers.utf8)) as? [[String: Any]])
        #expect(list.map { $0["id"] as? Int } == Array(0..<100))
        #expect(list.map { $0["result"] as? Int } == Array(-1..<99))
        #expect(try await Self.error(batch(101)).code == -32600)
    }

    @Test func errorsFromInsideAreNotShown() async throws {
        let answer = try #require(await TestService.answer(#"{"jsonrpc":"2.0","method":"fail.inside","id":1}"#))
        #expect(!answer.contains("vault"))
        #expect(answer.contains(#""data":{"correlation":""#))
    }

    @Test func dataOfErrorsIsPassedOn() async {
        let answer = await TestService.answer(#"{"jsonrpc":"2.0","method":"fail.known","id":1}"#)
        #expect(
            answer
                == #"{"jsonrpc":"2.0","error":{"code":-32002,"message":"Later.","data":{"retry_after_ms":1500}},"id":1}"#
        )
    }

    private static func error(_ request: String) async throws -> (code: Int, message: String, id: Any?) {
        let answer = try #require(await TestService.answer(request))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        #expect(object["jsonrpc"] as? String == "2.0")
        #expect(object["result"] == nil)
        let error = try #require(object["error"] as? [String: Any])
        return (try #require(error["code"] as? Int), try #require(error["message"] as? String), object["id"])
    }
}
