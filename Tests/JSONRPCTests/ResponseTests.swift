import JSONRPC
import Testing

@Suite struct ResponseTests {
    @Test func readsResultsAndErrors() {
        func read(_ text: String) -> JSONRPCResponse? { JSONRPCResponse(parsing: Array(text.utf8)) }
        #expect(read(#"{"jsonrpc":"2.0","result":{"a": 1.0},"id":1}"#) == .result(Array(#"{"a": 1.0}"#.utf8)))
        #expect(read(#"{"jsonrpc":"2.0","result":null,"id":"x"}"#) == .result(Array("null".utf8)))
        let error = JSONRPCError(code: -32004, message: "no\"ne", data: JSONText(trusted: Array("[1]".utf8)))
        #expect(
            read(#"{"id":null,"error":{"data":[1],"message":"no\"ne","code":-32004},"jsonrpc":"2.0"}"#) == .error(error)
        )
    }

    @Test(arguments: [
        "", "7", "{}", #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","result":1}"#, #"{"result":1,"id":1}"#,
        #"{"jsonrpc":"2.0","result":1,"error":{"code":1,"message":"x"},"id":1}"#,
        #"{"jsonrpc":"2.0","error":{"code":"1","message":"x"},"id":1}"#,
        #"{"jsonrpc":"2.0","error":{"code":1},"id":1}"#,
        #"{"jsonrpc":"2.0","error":7,"id":1}"#, #"{"jsonrpc":"2.0","method":"a","id":1}"#,
        #"[{"jsonrpc":"2.0","result":1,"id":1}]"#, #"{"jsonrpc":"2.0","result":1,"result":2,"id":1}"#,
        #"{"jsonrpc":"2.0","result":1,"id":true}"#,
    ])
    func refusesWhatIsNoResponse(text: String) {
        #expect(JSONRPCResponse(parsing: Array(text.utf8)) == nil)
    }

    @Test func anAnswerOfTheDispatcherCanBeRead() async throws {
        let request = Array(#"{"jsonrpc":"2.0","id":"match:NA1_1","method":"echo","params":{"word":"x"}}"#.utf8)
        let answer = try #require(await TestService.dispatcher().respond(to: request, context: CallContext()))
        #expect(JSONRPCResponse(parsing: answer) == .result(Array(#""x""#.utf8)))
    }
}
