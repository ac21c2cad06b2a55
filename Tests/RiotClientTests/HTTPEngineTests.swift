import Testing

@testable import RiotClient

@Suite(.timeLimit(.minutes(1))) struct HTTPEngineTests {
    private let engine = HTTPEngine(name: "test-http")

    @Test func answersWithStatusHeadersAndTheBytesOfTheWire() async throws {
        let body: [UInt8] = [0x1F, 0x8B, 0, 255, 10]
        let server = RawServer { _, _ in
            [
                .send(
                    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-app-rate-limit: 20:1,100:120\r\n"
                        + "X-RIOT-EDGE-TRACE-ID: abc\r\nContent-Encoding: gzip\r\nDate: a\r\nDate: b\r\n\r\n"
                ),
                .sendBytes(body),
            ]
        }
        defer { server.stop() }
        let response = try await engine.perform(try request(server))
        #expect(response.status == 200)
        #expect(response.body == body)
        #expect(response.headers[.applicationLimit] == "20:1,100:120")
        #expect(response.headers[.traceID] == "abc")
        #expect(response.headers[.contentEncoding] == "gzip")
        #expect(response.headers[.retryAfter] == nil)
        #expect(response.connectionsOpened == 1)
    }

    @Test func sendsOneHostOneKeyAndAsksForGzip() async throws {
        let server = RawServer(always: RawServer.answer(200, "{}"))
        defer { server.stop() }
        _ = try await engine.perform(try request(server))
        let head = try #require(server.heads.first)
        #expect(head.hasPrefix("GET /na1/x HTTP/1.1\r\n"))
        #expect(head.contains("X-Riot-Token: RGAPI-secret\r\n"))
        #expect(head.contains("Accept-Encoding: gzip\r\n"))
        #expect(head.contains("User-Agent: tests\r\n"))
    }

    @Test func keepsConnections() async throws {
        let server = RawServer(always: RawServer.answer(200, "{}"))
        defer { server.stop() }
        let request = try request(server)
        for _ in 0..<200 { _ = try await engine.perform(request) }
        #expect(server.heads.count == 200)
        #expect(server.connections == 1)
        #expect(engine.counters == EngineCounters(requests: 200, connectionsOpened: 1, outstanding: 0))
    }

    @Test func opensAtMostSixteenConnectionsToAHost() async throws {
        let server = RawServer(always: RawServer.answer(200, "{}"))
        defer { server.stop() }
        let request = try request(server)
        try await withThrowingTaskGroup { group in
            for _ in 0..<100 { group.addTask { [engine] in _ = try await engine.perform(request) } }
            try await group.waitForAll()
        }
        #expect(server.heads.count == 100)
        #expect(server.connections <= EngineLimits.connectionsPerHost)
    }

    @Test func cancellationClosesTheConnectionAtOnce() async throws {
        let server = RawServer { _, _ in [.hang] }
        defer { server.stop() }
        let request = try request(server, timeout: .seconds(30))
        let task = Task { [engine] in try await engine.perform(request) }
        var events = server.events.makeAsyncIterator()
        guard case .request = await events.next() else { return }
        let clock = ContinuousClock.now
        task.cancel()
        let result = await task.result
        #expect(ContinuousClock.now - clock < .seconds(1))
        #expect(throws: HTTPFailure(.cancelled, "the request was cancelled", wasSent: true)) {
            try result.get()
        }
        #expect(await events.next() == .clientClosed)
        #expect(engine.counters.outstanding == 0)
    }

    @Test func cancelledTaskSendsNothing() async throws {
        let server = RawServer(always: RawServer.answer(200, "{}"))
        defer { server.stop() }
        let request = try request(server)
        let task = Task { [engine] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await engine.perform(request)
        }
        let failure = try await #require(throws: HTTPFailure.self) { try await task.value }
        #expect(failure.code == .cancelled)
        #expect(!failure.wasSent)
        #expect(server.heads.isEmpty)
    }

    @Test func refusesMoreThanItsLimit() async throws {
        let server = RawServer { _, _ in [.hang] }
        defer { server.stop() }
        let request = try request(server, timeout: .milliseconds(400))
        let codes = await withTaskGroup { group in
            for _ in 0..<EngineLimits.outstanding + 10 {
                group.addTask { [engine] in await failure { try await engine.perform(request) } }
            }
            return await group.reduce(into: [HTTPFailure?]()) { $0.append($1) }
        }
        #expect(codes.count { $0?.code == .overloaded && $0?.wasSent == false } == 10)
        #expect(codes.count { $0?.code == .timedOut } == EngineLimits.outstanding)
        // Those that never had a connection were not sent, and their permits can be used again.
        let sent = codes.count { $0?.wasSent == true }
        #expect(sent >= EngineLimits.connectionsPerHost && sent < EngineLimits.outstanding)
    }

    /// The name, what the server does, and what is to be reported.
    static let failures: [(String, [RawServer.Step], HTTPFailure.Code)] = [
        ("silence", [.hang], .timedOut),
        (
            "slow headers",
            [.drip("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", everyMilliseconds: 30)], .timedOut
        ),
        (
            "slow body",
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"),
                .drip("{}{}{}{}{}{}{}{}{}{}", everyMilliseconds: 40),
            ],
            .timedOut
        ),
        ("closed without a word", [.close], .connectionLost),
        ("reset without a word", [.reset], .connectionLost),
        ("closed in the headers", [.send("HTTP/1.1 200 OK\r\nContent-Le"), .close], .truncated),
        (
            "reset in the body", [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .reset],
            .connectionLost
        ),
        (
            "closed in the body", [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .close],
            .truncated
        ),
        (
            "closed between chunks",
            [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"), .close], .truncated
        ),
        (
            "wrong chunk size",
            [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\r\n0\r\n\r\n"), .close],
            .connectionLost
        ),
        ("not HTTP", [.send("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .close], .malformed),
        (
            "body larger than announced limit",
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")], .tooLarge
        ),
        (
            "body that grows beyond the limit",
            [
                .send(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1388\r\n"
                        + String(repeating: "x", count: 5000)
                )
            ], .tooLarge
        ),
        (
            "endless headers",
            [
                .send(
                    "HTTP/1.1 200 OK\r\n"
                        + String(repeating: "X-Filler: \(String(repeating: "y", count: 990))\r\n", count: 80)
                )
            ],
            .tooLarge
        ),
    ]

    @Test(arguments: failures)
    func tellsFailuresApart(
        name: String,
        steps: [RawServer.Step],
        code: HTTPFailure.Code
    )
        async throws
    {
        let server = RawServer { _, _ in steps }
        defer { server.stop() }
        var request = try request(server, timeout: .milliseconds(500))
        request.bodyLimit = 4096
        let failure = try await #require(throws: HTTPFailure.self) { try await engine.perform(request) }
        #expect(failure.code == code, "\(name): \(failure)")
        #expect(failure.wasSent)
        #expect(!failure.message.contains("RGAPI"))
        #expect(!failure.message.contains("127.0.0.1"))
    }

    @Test func brokenAtAnyByteIsAFailureNeverAnAnswer() async throws {
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX: y\r\n\r\n{{}}".utf8)
        let server = RawServer { number, _ in
            [.sendBytes(Array(answer[..<(number / 2)])), number % 2 == 0 ? .close : .reset]
        }
        defer { server.stop() }
        let request = try request(server, timeout: .seconds(5))
        for _ in 0..<(answer.count * 2) {
            let failure = try await #require(throws: HTTPFailure.self) {
                try await engine.perform(request)
            }
            #expect([.connectionLost, .truncated, .malformed].contains(failure.code), "\(failure)")
        }
        #expect(server.heads.count == answer.count * 2)
    }

    /// libcurl would send the request a second time by itself, without a permit.
    @Test func sendsOnlyOnceWhenAKeptConnectionTurnsOutToBeClosed() async throws {
        let server = RawServer { number, _ in
            number == 0
                ? [.send(RawServer.answer(200, "{}"))]
                : number == 1 ? [.close] : [.send(RawServer.answer(200, "{}"))]
        }
        defer { server.stop() }
        let request = try request(server)
        _ = try await engine.perform(request)
        let failure = try await #require(throws: HTTPFailure.self) { try await engine.perform(request) }
        #expect(failure.code == .connectionLost)
        #expect(failure.wasSent)
        #expect(server.heads.count == 2)
        #expect(try await engine.perform(request).status == 200)
    }

    @Test func refusedConnectionAndFailedHandshakeAreNotSent() async throws {
        let closed = RawServer(always: "")
        closed.stop()
        var request = try request(closed)
        let refused = await failure { [request] in try await engine.perform(request) }
        #expect(refused?.code == .unreachable || refused?.code == .connectionLost)
        let server = RawServer { _, _ in [.send("not TLS"), .close] }
        defer { server.stop() }
        request.url = "https://127.0.0.1:\(server.port)/na1/x"
        request.timeout = .milliseconds(500)
        request.connectTimeout = .milliseconds(300)
        let handshake = await failure { [request] in try await engine.perform(request) }
        #expect(handshake?.wasSent == false)
        request.url = "http://name.invalid/na1/x"
        request.timeout = .seconds(20)
        request.connectTimeout = .seconds(10)
        let unresolved = await failure { [request] in try await engine.perform(request) }
        #expect(unresolved?.wasSent == false)
        #expect(unresolved?.code == .unresolved || unresolved?.code == .timedOut)
    }

    @Test func followsNoRedirect() async throws {
        let server = RawServer { _, _ in
            [.send(RawServer.answer(302, "", headers: ["Location: /elsewhere"]))]
        }
        defer { server.stop() }
        #expect(try await engine.perform(try request(server)).status == 302)
        #expect(server.heads.count == 1)
    }

    @Test func shutdownEndsEverythingAndIsRepeatable() async throws {
        let server = RawServer { _, _ in [.hang] }
        defer { server.stop() }
        let engine = HTTPEngine(name: "test-stop")
        let request = try request(server, timeout: .seconds(30))
        let task = Task { await failure { try await engine.perform(request) } }
        var events = server.events.makeAsyncIterator()
        _ = await events.next()
        await engine.shutdown()
        #expect(await task.value?.code == .closed)
        await engine.shutdown()
        #expect(await failure { try await engine.perform(request) }?.code == .closed)
    }

    private func request(_ server: RawServer, timeout: Duration = .seconds(5)) throws -> HTTPRequest {
        HTTPRequest(
            url: "http://127.0.0.1:\(server.port)/na1/x",
            key: try RiotKey("RGAPI-secret"),
            userAgent: "tests",
            connectTimeout: .seconds(2),
            timeout: timeout,
            bodyLimit: 1 << 20
        )
    }
}

/// The failure that a request ends with, if any.
private func failure(_ body: () async throws -> HTTPResponse) async -> HTTPFailure? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? HTTPFailure
    }
}
