import Foundation
import HTTPTypes
import RiotModels
import Storage
import TestSupport
import Testing

@testable import gateway

@Suite(.timeLimit(.minutes(2))) struct LookupTests {
    private static let path = "/api/summoners/lookup/"

    @Test func aRequestIsReadAsASyncsIsWithoutTheYear() throws {
        let request = try LookupRequest(
            body: Array(#"{"game_name":"Jane Doe","tag_line":"喵","platform":"OC1","routing":"sea","year":"x"}"#.utf8)
        )
        #expect(request.player.description == "Jane Doe#喵" && request.platform == .oc1)
        #expect(try LookupRequest(body: Array(#"{"game_name":"A","tag_line":"b"}"#.utf8)).platform == .na1)
    }

    @Test(arguments: [
        ("", []), ("[1]", [""]), ("{}", ["/game_name", "/tag_line"]),
        (#"{"game_name":"a#b","tag_line":"c\u0007"}"#, ["/game_name", "/tag_line"]),
        (#"{"game_name":"a","tag_line":"b","platform":"ph2"}"#, ["/platform"]),
        (#"{"game_name":"a","tag_line":"b","platform":"kr","routing":"europe"}"#, ["/routing"]),
    ])
    func whatIsWrongIsToldAllAtOnce(body: String, pointers: [String]) {
        let problem = #expect(throws: Problem.self) { try LookupRequest(body: Array(body.utf8)) }
        #expect(problem?.status == .badRequest)
        #expect(problem?.errors.map(\.pointer) == pointers)
    }

    @Test func theOrchestratorsAnswerIsPassedOnAndItsErrorsBecomeProblems() async throws {
        try await withTestDatabase { url in
            try await RunningGateway.with(
                databaseURL: url,
                orchestrator: { RunningGateway.startingOrchestrator($0) }
            ) { gateway in
                let found = try await ask("Jane Doe", gateway)
                #expect(found.status == 200 && found.headers["content-type"] == "application/json")
                #expect(
                    found.json as? [String: String] == ["game_name": "Jane Doe", "tag_line": "NA1", "platform": "kr"]
                )
                for (name, status, detail) in [
                    ("Nobody", 404, "There is no player Nobody#NA1 at Riot."), ("Refused", 400, "the name is refused"),
                    ("Key", 503, "Riot refuses the API key (403)."),
                    ("Quota", 503, "The quota of na1 is used up. The wait was too long."),
                    ("Database", 503, "The database does not answer at present."),
                ] {
                    let answer = try await ask(name, gateway)
                    #expect(answer.status == status && answer.json["detail"] as? String == detail, "\(name)")
                    #expect(answer.headers["content-type"] == "application/problem+json")
                    #expect(answer.headers["retry-after"] == (status == 503 ? "5" : nil))
                }
                let wrong = try await RawHTTP.send("GET", Self.path, port: gateway.port)
                #expect(wrong.status == 405)
            }
        }
    }

    private func ask(_ name: String, _ gateway: RunningGateway) async throws -> RawAnswer {
        try await RawHTTP.post(
            Self.path,
            port: gateway.port,
            json: #"{"game_name":"\#(name)","tag_line":"NA1","platform":"kr"}"#
        )
    }
}
