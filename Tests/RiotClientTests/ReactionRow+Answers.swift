import Compression

extension ReactionRow {
    static let successes = [
        status(200, #"{"a":1}"#, ["Content-Type: application/json;charset=utf-8"], told: "success"),
        bytes("200 in chunks", RawServer.chunked(200, Array("[1,2,3,4,5]".utf8)), told: "success"),
        bytes("200 gzip", gzipped(Gzip.deflate(Array("{}".utf8))), told: "success"),
        bytes("200 gzip of two members", gzipped(member("[1,") + member("2]")), told: "success"),
        bytes(
            "200 after 103",
            text("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + RawServer.answer(200, "{}")),
            told: "success"
        ),
        bytes("200 with lines that end in LF", text("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"), told: "success"),
        bytes(
            "200 with two Date headers",
            text(RawServer.answer(200, "{}", headers: ["Date: a", "Date: b"])),
            told: "success"
        ),
        bytes("200 without limits", text(RawServer.answer(200, "{}")), told: "success"),
        bytes(
            "200 with malformed limits",
            text(RawServer.answer(200, "{}", headers: ["X-App-Rate-Limit: 20;1", "X-Method-Rate-Limit: 0:1"])),
            told: "success"
        ),
        bytes(
            "200 gzip without a length",
            text("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n") + member("{}"),
            .close,
            told: "success"
        ),
        bytes(
            "200 longer than its length",
            text("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}{}"),
            .close,
            told: "success"
        ),
    ]

    static let bomb = Gzip.deflate([UInt8](repeating: 0x20, count: 3 << 20), level: 12)

    static let unusableBodies = [
        status(200, "", told: unusable + "it is empty."),
        status(200, "<html></html>", told: unusable + "it is not a complete JSON object or array."),
        status(200, #"{"a":[1,2"#, told: unusable + "it is not a complete JSON object or array."),
        status(200, "{}", gzip, told: unusable + "it is not gzip, although it says so."),
        status(
            200,
            "{}",
            ["Content-Encoding: br"],
            told: unusable + "it has a Content-Encoding that was not asked for."
        ),
        bytes("gzip cut, with the right length", gzipped(member("{}").dropLast(3)), told: unusable + damaged),
        bytes("gzip and garbage", gzipped(member("{}") + text("x")), told: unusable + damaged),
        bytes("gzip and zeros", gzipped(member("{}") + [0, 0, 0, 0]), told: unusable + damaged),
        bytes("gzip bomb", gzipped(bomb), told: unusable + "it inflates to more than 4096 bytes."),
        bytes(
            "bomb behind a good member",
            gzipped(member("{}") + bomb),
            told: unusable + "it inflates to more than 4096 bytes."
        ),
        bytes(
            "many members, too large together",
            gzipped(
                member(String(repeating: " ", count: 1000))
                    + Array(repeatElement(member(String(repeating: " ", count: 1000)), count: 4).joined())
            ),
            told: unusable + "it inflates to more than 4096 bytes."
        ),
    ]

    static let absences = [
        status(204, "", told: "not found: Riot does not have it (204)."),
        status(
            404,
            error("Data not found - match file not found", 404),
            told: "not found: Data not found - match file not found"
        ),
        status(404, "", told: "not found: Riot does not have it (404)."),
        status(404, "<html>", told: "not found: Riot does not have it (404)."),
        status(404, "{}", gzip, told: "not found: Riot does not have it (404)."),
    ]

    static let refusals = [
        status(
            400,
            error("Bad Request - Exception decrypting", 400),
            told: "refused 400: Bad Request - Exception decrypting"
        ),
        status(301, "", ["Location: /elsewhere"], told: "refused 301: Riot refused the request (301)."),
        status(405, "", told: "refused 405: Riot refused the request (405)."),
        status(415, "", told: "refused 415: Riot refused the request (415)."),
        status(418, "", told: "refused 418: Riot refused the request (418)."),
        status(206, "{}", told: "refused 206: Riot refused the request (206)."),
        status(999, "", told: "refused 999: Riot refused the request (999)."),
        bytes(
            "405, cut",
            text("HTTP/1.1 405 x\r\nContent-Length: 9\r\n\r\n{"),
            .reset,
            told: "refused 405: Riot refused the request (405)."
        ),
    ]

    static let rejectedKeys = [
        status(401, error("Unknown apikey", 401), told: "key rejected 401", next: "wait key", other: "wait key"),
        status(403, error("Forbidden", 403), told: "key rejected 403", next: "wait key", other: "wait key"),
        status(403, "<html>", told: "key rejected 403", next: "wait key", other: "wait key"),
        bytes(
            "403, cut",
            text("HTTP/1.1 403 x\r\nContent-Length: 9\r\n\r\n{"),
            .close,
            told: "key rejected 403",
            next: "wait key",
            other: "wait key"
        ),
    ]
}
