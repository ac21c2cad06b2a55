import HTTPTypes
import RiotModels
import Testing

@testable import gateway

/// Every kind of bad input, with the answer to it.
@Suite struct SyncRequestTests {
    private func parse(_ body: String) throws(Problem) -> SyncRequest {
        try SyncRequest(body: Array(body.utf8), defaultYear: 2025, years: 2010...2026)
    }

    private func errors(_ body: String) -> [Problem.Member] {
        do throws(Problem) {
            _ = try parse(body)
            return []
        } catch {
            return error.errors
        }
    }

    @Test func allMembers() throws {
        let request = try parse(
            #"{"game_name": "PlayerName", "tag_line": "NA1", "platform": "na1", "routing": "americas", "year": 2024}"#
        )
        #expect(request.player.description == "PlayerName#NA1")
        #expect(request.platform == .na1)
        #expect(request.year == 2024)
    }

    @Test(arguments: [
        #"{"game_name": "A", "tag_line": "b"}"#,
        #"{"game_name": "A", "tag_line": "b", "platform": null, "routing": null, "year": null}"#,
        #" {"tag_line": "b", "unknown": [1, {"x": null}], "game_name": "A", "year": 2025.0} "#,
    ])
    func whatIsLeftOutHasADefault(body: String) throws {
        let request = try parse(body)
        #expect(request.platform == .na1)
        #expect(request.year == 2025)
    }

    @Test(arguments: [
        ("", "The body is empty. Send for example {\"game_name\": \"Name\", \"tag_line\": \"NA1\"}."),
        (" \n\t", "The body is empty. Send for example {\"game_name\": \"Name\", \"tag_line\": \"NA1\"}."),
        ("{", "The body is not JSON. Send for example {\"game_name\": \"Name\", \"tag_line\": \"NA1\"}."),
        ("game_name=A", "The body is not JSON. Send for example {\"game_name\": \"Name\", \"tag_line\": \"NA1\"}."),
        ("{\"a\":1}{", "The body is not JSON. Send for example {\"game_name\": \"Name\", \"tag_line\": \"NA1\"}."),
        (
            "[]",
            "The body is an array and must be an object. "
                + "Send for example {\"game_name\": \"Name\", \"tag_line\": \"NA1\"}."
        ),
        (
            "\"x\"",
            "The body is a text and must be an object. "
                + "Send for example {\"game_name\": \"Name\", \"tag_line\": \"NA1\"}."
        ),
    ])
    func aBodyThatIsNoRequest(body: String, detail: String) {
        #expect {
            try parse(body)
        } throws: { error in
            (error as? Problem)?.detail == detail && (error as? Problem)?.status == .badRequest
        }
    }

    private static let yearDetail = "year must be a whole number from 2010 to 2026."

    @Test(arguments: [
        ("1999", yearDetail), ("2009", yearDetail), ("2027", yearDetail), ("0", yearDetail), ("-1", yearDetail),
        ("\"x\"", yearDetail), ("\"2025\"", yearDetail), ("9223372036854775808", yearDetail), ("1e400", yearDetail),
        ("2025.5", yearDetail), ("true", yearDetail), ("[]", yearDetail), ("{}", yearDetail),
    ])
    func aYearThatIsNone(year: String, detail: String) {
        // Numbers beyond every type are no JSON that can be read; anything else names its member.
        let found = errors(#"{"game_name": "A", "tag_line": "b", "year": \#(year)}"#)
        #expect(found == [.init(pointer: "/year", detail: detail)] || (year == "1e400" && found.isEmpty))
        #expect(throws: Problem.self) { try parse(#"{"game_name": "A", "tag_line": "b", "year": \#(year)}"#) }
    }

    @Test(arguments: [2010, 2026])
    func theEdgesOfTheYears(year: Int) throws {
        #expect(try parse(#"{"game_name": "A", "tag_line": "b", "year": \#(year)}"#).year == year)
    }

    @Test(arguments: [
        (#"{}"#, ["/game_name game_name is missing.", "/tag_line tag_line is missing."]),
        (#"{"game_name": null, "tag_line": "b"}"#, ["/game_name game_name is missing."]),
        (
            #"{"game_name": 5, "tag_line": ["b"]}"#,
            [
                "/game_name game_name is a number and must be a text.",
                "/tag_line tag_line is an array and must be a text.",
            ]
        ),
        (
            #"{"game_name": "", "tag_line": "  "}"#,
            [
                "/game_name The game name is empty; it has 1 to 32 characters.",
                "/tag_line The tag line is empty; it has 1 to 16 characters.",
            ]
        ),
        (
            #"{"game_name": "a#b", "tag_line": "c\u0007"}"#,
            [
                "/game_name The game name holds a #, which only separates name and tag.",
                "/tag_line The tag line holds a control character; letters, digits and spaces are right.",
            ]
        ),
        (
            #"{"game_name": "A", "tag_line": "b", "platform": true}"#,
            ["/platform platform is a truth value and must be a text."]
        ),
        (
            #"{"game_name": "A", "tag_line": "b", "platform": "xx1"}"#,
            [
                "/platform platform is unknown; it must be one of br1, eun1, euw1, jp1, kr, la1, la2, me1, na1, oc1, "
                    + "pbe1, ru, sg2, tr1, tw2, vn2."
            ]
        ),
        (
            #"{"game_name": "A", "tag_line": "b", "routing": "mars"}"#,
            ["/routing routing is unknown; it must be one of americas, asia, europe, sea, or be left out."]
        ),
        (
            #"{"game_name": "A", "tag_line": "b", "platform": "euw1", "routing": "asia"}"#,
            ["/routing routing asia does not fit platform euw1; europe would be right."]
        ),
        (
            #"{"game_name": "A", "tag_line": "b", "platform": "oc1", "routing": "americas"}"#,
            ["/routing routing americas does not fit platform oc1; sea or asia would be right."]
        ),
        (
            #"{"game_name": "A", "tag_line": "b", "routing": 1}"#,
            ["/routing routing is a number and must be a text."]
        ),
    ])
    func membersThatAreWrongAreAllNamed(body: String, expected: [String]) {
        #expect(errors(body).map { "\($0.pointer) \($0.detail)" } == expected)
    }

    @Test func namesOf200CharactersAreTooLong() {
        let long = String(repeating: "x", count: 200)
        #expect(
            errors(#"{"game_name": "\#(long)", "tag_line": "\#(long)"}"#).map(\.pointer) == ["/game_name", "/tag_line"]
        )
        #expect(errors(#"{"game_name": "\#(String(repeating: "é", count: 32))", "tag_line": "b"}"#).isEmpty)
        #expect(errors(#"{"game_name": "\#(String(repeating: "é", count: 33))", "tag_line": "b"}"#).count == 1)
    }

    @Test(arguments: Platform.requestable)
    func matchRouteAndAccountRouteOfEveryPlatformAreAccepted(platform: Platform) throws {
        for route in [platform.matchRoute, platform.accountRoute] {
            let body =
                #"{"game_name": "A", "tag_line": "b", "platform": "\#(platform.rawValue.uppercased())", "#
                + #""routing": "\#(route.rawValue)"}"#
            #expect(try parse(body).platform == platform)
        }
    }

    @Test(arguments: ["ph2", "th2"])
    func platformsThatAreGoneAreUnknown(platform: String) {
        #expect(
            errors(#"{"game_name": "A", "tag_line": "b", "platform": "\#(platform)"}"#).map(\.pointer) == ["/platform"]
        )
    }
}
