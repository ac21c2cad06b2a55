import Testing

@testable import riftctl

@Suite("Parameters of riftctl call")
struct CallParametersTests {
    @Test(
        arguments: [
            ([], nil),
            (["{\"a\": 1}"], "{\"a\": 1}"),
            (["[1,2]"], "[1,2]"),
            (["match_id=NA1_1"], "{\"match_id\":\"NA1_1\"}"),
            (["a=1", "b=true", "c=null", "d=[1]", "e=\"1\""], "{\"a\":1,\"b\":true,\"c\":null,\"d\":[1],\"e\":\"1\"}"),
            (["a=01", "b=", "c=x=y"], "{\"a\":\"01\",\"b\":\"\",\"c\":\"x=y\"}"),
            (["a=say \"hi\"\\"], "{\"a\":\"say \\\"hi\\\"\\\\\"}"),
        ] as [([String], String?)]
    )
    func becomeJSON(words: [String], expected: String?) throws {
        #expect(try CallParameters.json(words) == expected)
    }

    @Test(arguments: [["{"], ["[1"], ["value"], ["=1"], ["a=1", "b"]])
    func whatIsNeitherIsRefused(words: [String]) {
        let failure = #expect(throws: CommandFailure.self) { try CallParameters.json(words) }
        #expect(failure?.code == 64)
    }

    @Test func controlCharactersAreEscaped() {
        #expect(CallParameters.quoted("a\nb\u{1}\u{1F}ü") == "\"a\\nb\\u0001\\u001fü\"")
    }

    @Test func indentationChangesNoToken() {
        let text = #"{"a":[1,{"b":"x,{}\"[]"}],"c":{},"d":[],"e":1.0e5}"#
        let expected = """
            {
              "a": [
                1,
                {
                  "b": "x,{}\\"[]"
                }
              ],
              "c": {},
              "d": [],
              "e": 1.0e5
            }
            """
        #expect(JSONIndent.indented(Array(text.utf8)) == expected)
        #expect(JSONIndent.indented(Array(expected.utf8)) == expected)
    }
}
