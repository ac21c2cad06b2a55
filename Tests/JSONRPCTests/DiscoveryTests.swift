import Foundation
import JSONRPC
import Testing

@Suite struct DiscoveryTests {
    @Test func everyMethodParameterAndErrorIsDescribed() async throws {
        let document = try await discover()
        #expect(document["openrpc"] as? String == "1.3.2")
        #expect(document["info"] as? [String: String] == ["title": "test", "version": "1.2.3"])
        let methods = try #require(document["methods"] as? [[String: Any]])
        #expect(methods.compactMap { $0["name"] as? String } == TestService.table().names + ["rpc.discover"])
        let components = try #require(document["components"] as? [String: [String: [String: Any]]])
        let errors = try #require(components["errors"])
        #expect(errors.count == 15)
        #expect(errors.allSatisfy { Int($0.key) == $0.value["code"] as? Int })
        for method in methods {
            #expect((method["summary"] as? String)?.isEmpty == false)
            #expect(method["result"] != nil)
            for reference in try #require(method["errors"] as? [[String: String]]) {
                let code = try #require(reference["$ref"]?.split(separator: "/").last)
                #expect(errors[String(code)] != nil)
            }
        }
    }

    @Test func parametersAreInOrderWithTypes() async throws {
        let methods = try #require(try await discover()["methods"] as? [[String: Any]])
        let options = try #require(methods.first { $0["name"] as? String == "options" })
        #expect(options["paramStructure"] as? String == "either")
        let parameters = try #require(options["params"] as? [[String: Any]])
        #expect(parameters.map { $0["name"] as? String } == ["name", "year", "tags"])
        #expect(parameters.map { $0["required"] as? Bool } == [true, false, false])
        #expect(parameters.map { ($0["schema"] as? [String: String])?["type"] } == ["string", "integer", "array"])
        #expect((options["errors"] as? [[String: String]])?.first?["$ref"] == "#/components/errors/-32004")
        #expect(methods.first { $0["name"] as? String == "fail.inside" }?["deprecated"] as? Bool == true)
    }

    private func discover() async throws -> [String: Any] {
        let answer = try #require(await TestService.answer(#"{"jsonrpc":"2.0","method":"rpc.discover","id":1}"#))
        let object = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
        return try #require(object?["result"] as? [String: Any])
    }
}
