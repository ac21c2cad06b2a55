extension ReactionRow {
    static let limits429 = [
        limited("application", after: "3", told: "limited application 4", next: "wait quota", other: "wait quota"),
        limited("method", after: "3", told: "limited method 4", next: "wait quota"),
        limited("service", after: "3", told: "limited service 4", next: "wait riot"),
        limited(nil, after: "3", told: "limited none 4", next: "wait riot"),
        limited("something new", after: "3", told: "limited none 4", next: "wait riot"),
        limited("application", after: nil, told: "limited application 1", next: "wait quota", other: "wait quota"),
        limited("method", after: nil, told: "limited method 1", next: "wait quota"),
        limited("service", after: nil, told: "limited service 1", next: "wait riot"),
        limited(nil, after: nil, told: "limited none 1", next: "wait riot"),
        limited("application", after: "soon", told: "limited application 1", next: "wait quota", other: "wait quota"),
        limited("application", after: "0", told: "limited application 1", next: "wait quota", other: "wait quota"),
        ReactionRow(
            name: "429 application without a time, with a full window",
            target: .answer([
                .send(
                    RawServer.answer(
                        429,
                        headers: [
                            "X-Rate-Limit-Type: application", "X-App-Rate-Limit: 20:1,100:120",
                            "X-App-Rate-Limit-Count: 20:1,44:120",
                        ]
                    )
                )
            ]),
            told: "limited application 1",
            next: "wait quota",
            other: "wait quota"
        ),
        bytes(
            "429 whose body was cut",
            text("HTTP/1.1 429 x\r\nX-Rate-Limit-Type: application\r\nRetry-After: 3\r\nContent-Length: 9\r\n\r\n{"),
            .close,
            told: "limited application 4",
            next: "wait quota",
            other: "wait quota"
        ),
        bytes(
            "429 whose body is too large",
            text("HTTP/1.1 429 x\r\nX-Rate-Limit-Type: method\r\nRetry-After: 3\r\nContent-Length: 99999\r\n\r\n{"),
            told: "limited method 4",
            next: "wait quota"
        ),
    ]

    static let serverErrors = [
        status(500, error("Internal server error", 500), told: "retryable: Riot answered 500."),
        status(502, "<html>", told: "retryable: Riot answered 502."),
        status(503, "", told: "retryable after 5: Riot answered 503."),
        status(503, "", ["Retry-After: 30"], told: "retryable after 30: Riot answered 503."),
        status(504, "", told: "retryable: Riot answered 504."),
        status(520, "", told: "retryable: Riot answered 520."),
        status(522, "", told: "retryable: Riot answered 522."),
        status(524, "<html>", told: "retryable: Riot answered 524."),
        status(599, "", told: "retryable: Riot answered 599."),
        bytes(
            "503 without a length",
            text("HTTP/1.1 503 x\r\nRetry-After: 30\r\n\r\n<html>"),
            .close,
            told: "retryable after 30: Riot answered 503."
        ),
    ]
}
