extension ReactionRow {
    static let brokenAnswers = [
        bytes("closed without a word", [], .close, told: silent + "the connection broke (libcurl 52)."),
        bytes("reset without a word", [], .reset, told: silent + "the connection broke (libcurl 56)."),
        bytes(
            "cut in the headers",
            text("HTTP/1.1 200 OK\r\nContent-Le"),
            .close,
            told: silent + "the answer ended too early (libcurl 18)."
        ),
        bytes(
            "cut after 100",
            text("HTTP/1.1 100 Continue\r\n\r\n"),
            .close,
            told: silent + "the connection broke (libcurl 52)."
        ),
        bytes(
            "shorter than its length",
            text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"),
            .close,
            told: silent + "the answer ended too early (libcurl 18)."
        ),
        bytes(
            "reset in the body",
            text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"),
            .reset,
            told: silent + "the connection broke (libcurl 56)."
        ),
        bytes(
            "without its last chunk",
            text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
            .close,
            told: silent + "the answer ended too early (libcurl 18)."
        ),
        bytes(
            "wrong chunk size",
            text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
            .close,
            told: silent + "the connection broke (libcurl 56)."
        ),
        bytes(
            "nothing tells where it ends",
            text("HTTP/1.1 200 OK\r\n\r\n{\"a\":{}"),
            .close,
            told: silent + "the answer does not say where it ends, and may be cut."
        ),
        bytes(
            "not HTTP",
            text("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
            .close,
            told: silent + "the answer is not valid HTTP (libcurl 1)."
        ),
        bytes(
            "unknown version of HTTP",
            text("HTTP/7.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
            .close,
            told: silent + "the answer is not valid HTTP (libcurl 1)."
        ),
        bytes(
            "negative length",
            text("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}"),
            .close,
            told: silent + "the answer is not valid HTTP (libcurl 8)."
        ),
        bytes(
            "announced too large",
            text("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{"),
            told: silent + "the answer is larger than 4096 bytes."
        ),
        bytes(
            "grows too large",
            text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n" + String(repeating: "x", count: 5000)),
            told: silent + "the answer is larger than 4096 bytes."
        ),
        bytes(
            "bomb in the transfer encoding",
            text("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + String(bomb.count, radix: 16) + "\r\n")
                + bomb,
            told: silent + "the answer is larger than 4096 bytes."
        ),
        bytes(
            "endless headers",
            text("HTTP/1.1 200 OK\r\n" + String(repeating: "X: \(String(repeating: "y", count: 990))\r\n", count: 80)),
            told: silent + "the answer's headers are larger than 65536 bytes."
        ),
        bytes(
            "endless header",
            text("HTTP/1.1 200 OK\r\nX: " + String(repeating: "y", count: 200_000)),
            told: silent + "a line of the answer's headers is too long, or there was no memory for it (libcurl 27)."
        ),
        bytes(
            "endless interim answers",
            text(
                String(repeating: "HTTP/1.1 103 x\r\nLink: \(String(repeating: "y", count: 500))\r\n\r\n", count: 200)
            ),
            told: silent + "the answer's headers are larger than 65536 bytes."
        ),
    ]

    static let noConnection =
        [
            unsent(
                "nobody listens",
                .closedPort,
                told: silentForNow + "the server could not be connected to (libcurl 7)."
            ),
            unsent(
                "no name",
                .impossibleName,
                told: silentForNow + "the name of the server could not be resolved (libcurl 6)."
            ),
            unsent(
                "no connection",
                .fullPort,
                told: silentForNow + "no connection within 0.3 s.",
                connectTimeout: .milliseconds(300)
            ),
            unsent(
                "no TLS",
                .https(greeting: [.send("SSH-2.0-OpenSSH_9.2\r\n"), .hang]),
                told: silentForNow + "no trusted TLS connection to the server could be made (libcurl 35)."
            ),
            unsent(
                "closed in the handshake",
                .https(greeting: [.close]),
                told: silentForNow + "no trusted TLS connection to the server could be made (libcurl 35)."
            ),
            unsent(
                "silence in the handshake",
                .https(greeting: []),
                told: silentForNow + "no TLS connection within 0.3 s.",
                connectTimeout: .milliseconds(300)
            ),
        ]
        + (SelfSignedServer.isAvailable
            ? [
                unsent(
                    "self-signed",
                    .selfSigned,
                    told: silentForNow + "no trusted TLS connection to the server could be made (libcurl 60)."
                )
            ]
            : [])
}
