import RiotClient

extension ReactionRow {
    static let slowness = [
        slow("silence", [.hang], told: "no answer within 0.3 s.") { $0.headersWithin = .milliseconds(300) },
        slow(
            "half a header",
            [.send("HTTP/1.1 200 OK\r\nCon"), .hang],
            told: "only a part of the answer's headers within 0.3 s."
        ) {
            $0.headersWithin = .milliseconds(300)
        },
        slow(
            "headers byte by byte",
            [.drip(RawServer.answer(200, "{}"), everyMilliseconds: 10)],
            told: "only a part of the answer's headers within 0.3 s."
        ) {
            $0.headersWithin = .milliseconds(300)
        },
        slow(
            "silence after 100",
            [.send("HTTP/1.1 100 Continue\r\n\r\n"), .hang],
            told: "only a part of the answer's headers within 0.3 s."
        ) {
            $0.headersWithin = .milliseconds(300)
        },
        slow(
            "body that stalls",
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), .hang],
            told: "the answer stalled: only 2 bytes of its body within 0.3 s."
        ) {
            $0.bodySpan = .milliseconds(300)
        },
        slow(
            "body that stalls before it begins",
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), .hang],
            told: "the answer stalled: only 0 bytes of its body within 0.3 s."
        ) {
            $0.bodySpan = .milliseconds(300)
        },
        ReactionRow(
            name: "429 whose body stalls",
            target: .answer([.send("HTTP/1.1 429 x\r\nRetry-After: 3\r\nContent-Length: 9\r\n\r\n{"), .hang]),
            told: "limited none 4",
            next: "wait riot",
            tune: { $0.pace.bodySpan = .milliseconds(300) }
        ),
        ReactionRow(
            name: "body in time, but not all of it",
            target: .answer([
                .send("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"),
                .drip(String(repeating: "[", count: 900), everyMilliseconds: 20),
            ]),
            told: silent + "no complete answer within 0.5 s.",
            tune: {
                $0.requestTimeout = .milliseconds(500)
                $0.pace.bodySpan = .milliseconds(200)
                $0.pace.bytesPerSpan = 1
            }
        ),
    ]
}
