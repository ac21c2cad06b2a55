import Foundation
import JSONRPC
import Testing

@Suite struct ParameterTests {
    @Test(arguments: [
        (#"["a"]"#, #"{"name":"a"}"#), (#"["a",2025]"#, #"{"name":"a","year":2025}"#),
        (#"["a",null,["x"]]"#, #"{"name":"a","tags":["x"]}"#), (#"{"name":"a"}"#, #"{"name":"a"}"#),
        (#"{"tags":[],"name":"\u00e9","_meta":{}}"#, #"{"name":"é","tags":[]}"#),
        (#"{"name":"a","_meta":{"deadline_ms":99999999999999,"trace":"t","later":1}}"#, #"{"name":"a"}"#),
    ])
    func areTakenByPositionAndByName(parameters: String, expected: String) async throws {
        let answer = try #require(
            await TestService.answer(#"{"jsonrpc":"2.0","method":"options","params":\#(parameters),"id":1}"#)
        )
        let response = try #require(JSONRPCResponse(parsing: Array(answer.utf8)))
        guard case .result(let bytes) = response else {
            Issue.record("refused: \(answer)")
            return
        }
        let decoder = JSONDecoder()
        #expect(
            try decoder.decode(TestService.Options.self, from: Data(bytes)).name
                == decoder.decode(TestService.Options.self, from: Data(expected.utf8)).name
        )
        let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary
        #expect(object == (try JSONSerialization.jsonObject(with: Data(expected.utf8)) as? NSDictionary))
    }

    @Test func dataNamesTheUnknownAndTheMissing() async throws {
        let error = try await refusal(#"{"Name":"a","years":1}"#)
        struct Details: Decodable { let unknown: [String], missing: [String] }
        let details = try #require(error.decodedData(as: Details.self))
        #expect(details.unknown == ["Name", "years"])
        #expect(details.missing == ["name"])
        #expect(error.message == "Parameters unknown: Name, years; missing: name")
    }

    @Test(arguments: [
        (#"{"name":7}"#, "name"), (#"{"name":"a","year":"2025"}"#, "year"), (#"{"name":"a","tags":["x",7]}"#, "tags"),
        (#"["a",2025,"x"]"#, "tags"), (#"{"name":"a","year":1e30}"#, "A parameter holds a number out of range"),
    ])
    func theSentenceNamesTheIllTypedParameter(parameters: String, name: String) async throws {
        let error = try await refusal(parameters)
        #expect(error.code == JSONRPCError.Code.invalidParameters.rawValue)
        #expect(error.message.hasPrefix(name))
    }

    @Test func metadataReachesTheHandler() async {
        let call = #"{"jsonrpc":"2.0","method":"context","id":1"#
        #expect(await TestService.answer(call + "}") == #"{"jsonrpc":"2.0","result":"- false false","id":1}"#)
        let later = Int64(Date().timeIntervalSince1970 * 1000) + 60_000
        let meta = #","params":{"_meta":{"trace":"abc","deadline_ms":\#(later)}}}"#
        #expect(await TestService.answer(call + meta) == #"{"jsonrpc":"2.0","result":"abc true false","id":1}"#)
    }

    private func refusal(_ parameters: String) async throws -> JSONRPCError {
        let answer = try #require(
            await TestService.answer(#"{"jsonrpc":"2.0","method":"options","params":\#(parameters),"id":1}"#)
        )
        guard case .error(let error)? = JSONRPCResponse(parsing: Array(answer.utf8)) else {
            throw CancellationError()
        }
        return error
    }
}
