import RiotSimulator
import Testing

/// Bad requests and the answers that say what is wrong and what would be right.
@Suite(.serialized, .timeLimit(.minutes(5))) struct BadInputTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let body: String?
        var type = "application/json"
        let status: Int
        let pointer: String?
        /// A word that the sentence must hold.
        let says: String
    }

    static let cases: [Case] = [
        .init(description: "no body", body: nil, status: 400, pointer: nil, says: "empty"),
        .init(description: "not JSON", body: "{game", status: 400, pointer: nil, says: "JSON"),
        .init(description: "not an object", body: "[1]", status: 400, pointer: nil, says: "object"),
        .init(
            description: "another content type",
            body: "game_name=x",
            type: "text/plain",
            status: 415,
            pointer: nil,
            says: "application/json"
        ),
        .init(description: "nothing in it", body: "{}", status: 400, pointer: "/game_name", says: "game_name"),
        .init(description: "no tag", body: #"{"game_name":"x"}"#, status: 400, pointer: "/tag_line", says: "tag_line"),
        .init(
            description: "a number for a name",
            body: #"{"game_name":1,"tag_line":"NA1"}"#,
            status: 400,
            pointer: "/game_name",
            says: "text"
        ),
        .init(
            description: "an empty name",
            body: #"{"game_name":"","tag_line":"NA1"}"#,
            status: 400,
            pointer: "/game_name",
            says: "1"
        ),
        .init(
            description: "a name of 200 characters",
            body: #"{"game_name":"\#(String(repeating: "x", count: 200))","tag_line":"NA1"}"#,
            status: 400,
            pointer: "/game_name",
            says: "32"
        ),
        .init(
            description: "a # in the name",
            body: ##"{"game_name":"a#b","tag_line":"NA1"}"##,
            status: 400,
            pointer: "/game_name",
            says: "#"
        ),
        .init(
            description: "a control character",
            body: #"{"game_name":"a\u0007b","tag_line":"NA1"}"#,
            status: 400,
            pointer: "/game_name",
            says: "control"
        ),
        .init(
            description: "a NUL",
            body: #"{"game_name":"a\u0000b","tag_line":"NA1"}"#,
            status: 400,
            pointer: "/game_name",
            says: "control"
        ),
        .init(
            description: "a tag of 17 characters",
            body: #"{"game_name":"a","tag_line":"\#(String(repeating: "x", count: 17))"}"#,
            status: 400,
            pointer: "/tag_line",
            says: "16"
        ),
        .init(
            description: "an unknown platform",
            body: #"{"game_name":"a","tag_line":"b","platform":"mars1"}"#,
            status: 400,
            pointer: "/platform",
            says: "na1"
        ),
        .init(
            description: "a platform that is a host",
            body: #"{"game_name":"a","tag_line":"b","platform":"evil.example/x"}"#,
            status: 400,
            pointer: "/platform",
            says: "na1"
        ),
        .init(
            description: "contradictory routing",
            body: #"{"game_name":"a","tag_line":"b","platform":"kr","routing":"europe"}"#,
            status: 400,
            pointer: "/routing",
            says: "asia"
        ),
        .init(
            description: "unknown routing",
            body: #"{"game_name":"a","tag_line":"b","routing":"moon"}"#,
            status: 400,
            pointer: "/routing",
            says: "americas"
        ),
        .init(
            description: "the year 1999",
            body: #"{"game_name":"a","tag_line":"b","year":1999}"#,
            status: 400,
            pointer: "/year",
            says: "2010"
        ),
        .init(
            description: "a year in letters",
            body: #"{"game_name":"a","tag_line":"b","year":"x"}"#,
            status: 400,
            pointer: "/year",
            says: "whole number"
        ),
        .init(
            description: "the year 2^63",
            body: #"{"game_name":"a","tag_line":"b","year":9223372036854775808}"#,
            status: 400,
            pointer: "/year",
            says: "2010"
        ),
        .init(
            description: "17 KiB",
            body: #"{"game_name":"\#(String(repeating: "x", count: 17 * 1024))","tag_line":"b"}"#,
            status: 413,
            pointer: nil,
            says: "16"
        ),
    ]

    @Test func eachBadRequestIsToldWhatIsWrongAndStartsNothing() async throws {
        try await SimulatorHandle.run(SimulatorHandle.wide) { riot in
            try await TestSystem.run(riot: riot, instances: ["orchestrator", "gateway"]) { system in
                for entry in Self.cases {
                    let answer = try await system.http(
                        "POST",
                        "/api/summoners/sync-data/",
                        body: entry.body,
                        headers: ["Content-Type": entry.type]
                    )
                    #expect(answer.status == entry.status, "\(entry): \(answer.status) \(answer.text)")
                    let errors = answer.json["errors"] as? [[String: Any]] ?? []
                    if let pointer = entry.pointer {
                        #expect(errors.contains { $0["pointer"] as? String == pointer }, "\(entry): \(answer.text)")
                    }
                    #expect(answer.text.contains(entry.says), "\(entry): \(answer.text)")
                    #expect(answer.string("detail")?.isEmpty == false, "\(entry): \(answer.text)")
                    #expect(answer.headers["content-type"] == "application/problem+json", "\(entry)")
                }
                #expect(try await system.count("SELECT count(*) FROM sync_task") == 0)
                #expect(try await riot.stats().requests == 0)
            }
        }
    }

    @Test func unknownTasksPlayersAndPathsSaySo() async throws {
        try await SimulatorHandle.run(SimulatorHandle.wide) { riot in
            try await TestSystem.run(riot: riot, instances: ["orchestrator", "gateway"]) { system in
                #expect(try await system.http("GET", "/api/summoners/task-status/").status == 400)
                #expect(try await system.http("GET", "/api/summoners/task-status/?task_id=nonsense").status == 400)
                let never = "0193aaaa-bbbb-7ccc-8ddd-eeeeffff0000"
                let unknown = try await system.status(never)
                #expect(unknown.status == 200 && unknown.string("status") == "PENDING")
                #expect(unknown.json["known"] as? Bool == false)
                #expect(try await system.http("GET", "/api/v1/tasks/\(never)").status == 404)
                #expect(try await system.http("GET", "/nowhere").status == 404)
                #expect(try await system.http("GET", "/api/summoners/sync-data/").status == 405)

                let id = try await system.startSync("Nobody At All", "XX9", platform: "euw1")
                let end = try await system.waitForEnd(id)
                #expect(end.string("status") == "FAILURE")
                let error = end.string("error") ?? ""
                #expect(error.contains("Nobody At All#XX9") && error.contains("euw1"))
                let whole = try await system.http("GET", "/api/v1/tasks/\(id)")
                #expect(whole.status == 200 && whole.string("task_id") == id)
            }
        }
    }
}
