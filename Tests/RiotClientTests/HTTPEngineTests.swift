import Testing

@testable import RiotClient

@Suite(.timeLimit(.minutes(1))) struct HTTPEngineTests {
    private let engine = HTTPEngine(name: "test-http")

    @Test func answersWithStatusHeadersAndTheBytesOfTheWire() async throws {
        let body: [UInt8] = [0x1F, 0x8B, 0, 255, 10]
        let server = try RawServer { _, _ in
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
        let server = try RawServer(always: RawServer.answer(200, "{}"))
        defer { server.stop() }
        _ = try await engine.perform(try request(server))
        let head = try #require(server.heads.first)
        #expect(head.hasPrefix("GET /na1/x HTTP/1.1\r\n"))
        #expect(head.contains("X-Riot-Token: RGAPI-secret\r\n"))
        #expect(head.contains("Accept-Encoding: gzip\r\n"))
        #expect(head.contains("User-Agent: tests\r\n"))
    }

    @Test func opensNoMoreConnectionsThanAreUsedAtOnce() async throws {
        let server = try RawServer(always: RawServer.answer(200, "{}"))
        defer { server.stop() }
        let request = try request(server)
        for _ in 0..<200 { _ = try await engine.perform(request) }
        #expect(engine.counters == EngineCounters(requests: 200, connectionsOpened: 1, outstanding: 0))
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { [engine] in for _ in 0..<100 { _ = try await engine.perform(request) } }
            }
            try await group.waitForAll()
        }
        #expect(server.heads.count == 1000)
        #expect(server.connections <= 8)
        #expect(engine.counters.requests == 1000)
        #expect(engine.counters.connectionsOpened == server.connections)
    }

    @Test func opensAtMostSixteenConnectionsToAHost() async throws {
        let server = try RawServer(always: RawServer.answer(200, "{}"))
        defer { server.stop() }
        let request = try request(server)
        try await withThrowingTaskGroup { group in
            for _ in 0..<100 { group.addTask { [engine] in _ = try await engine.perform(request) } }
            try await group.waitForAll()
        }
        #expect(server.heads.count == 100)
        #expect(server.connections <= EngineLimits.connectionsPerHost)
    }

    /// Before the answer, in the middle of its headers, and in the middle of its body.
    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nCont", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
    func cancellationClosesTheConnectionAtOnce(part: String) async throws {
        let server = try RawServer { _, _ in [.send(part), .hang] }
        defer { server.stop() }
        let request = try request(server, timeout: .seconds(50))
        let task = Task { [engine] in try await engine.perform(request) }
        var events = server.events.makeAsyncIterator()
        guard case .request = await events.next() else { throw RiotError(.unavailable, "no request came") }
        task.cancel()
        let failure = await #expect(throws: HTTPFailure.self) { try await task.value }
        #expect(failure?.code == .cancelled)
        #expect(failure?.wasSent == true)
        #expect(await events.next() == .clientClosed)
        #expect(engine.counters.outstanding == 0)
    }

    /// A transfer that waits for a connection is gone at once too, and the connections go on to others.
    @Test func cancellationFreesTheQueue() async throws {
        let server = try RawServer { _, _ in [.hang] }
        defer { server.stop() }
        let request = try request(server, timeout: .seconds(50))
        let count = EngineLimits.connectionsPerHost + 4
        let tasks = (0..<count).map { _ in Task { [engine] in await failure { try await engine.perform(request) } } }
        var arrived = 0
        for await event in server.events {
            if case .request = event { arrived += 1 }
            if arrived == EngineLimits.connectionsPerHost { break }
        }
        for task in tasks { task.cancel() }
        var sent = 0
        for task in tasks {
            let failure = await task.value
            #expect(failure?.code == .cancelled)
            if failure?.wasSent == true { sent += 1 }
        }
        // A connection that is freed goes to the next in the queue, until that one is cancelled too.
        #expect((EngineLimits.connectionsPerHost...count).contains(sent))
        #expect(engine.counters.outstanding == 0)
        let other = try RawServer(always: RawServer.answer(200, "{}"))
        defer { other.stop() }
        #expect(try await engine.perform(try self.request(other)).status == 200)
    }

    @Test func cancelledTaskSendsNothing() async throws {
        let server = try RawServer(always: RawServer.answer(200, "{}"))
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
        let server = try RawServer { _, _ in [.hang] }
        defer { server.stop() }
        let request = try request(server, timeout: .milliseconds(400))
        let failures = await withTaskGroup { group in
            for _ in 0..<EngineLimits.outstanding + 10 {
                group.addTask { [engine] in await failure { try await engine.perform(request) } }
            }
            return await group.reduce(into: [HTTPFailure?]()) { $0.append($1) }
        }
        let full = "\(EngineLimits.outstanding) requests are under way already"
        #expect(failures.count { $0 == HTTPFailure(.overloaded, full, wasSent: false) } == 10)
        // Those that never had a connection were not sent, and their permits can be used again.
        let sent = failures.count { $0 == HTTPFailure(.timedOut, "no complete answer within 0.4 s", wasSent: true) }
        #expect(sent >= EngineLimits.connectionsPerHost)
        let queued = failures.count { $0?.wasSent == false && $0?.message.hasSuffix("within 0.4 s") == true }
        #expect(queued > 0)
        #expect(sent + queued == EngineLimits.outstanding)
    }

    /// What a server sends behind its answer is no answer to the next request.
    @Test func takesNoSurplusForAnAnswer() async throws {
        let server = try RawServer { number, _ in
            [.send(RawServer.answer(200, "[\(number)]") + RawServer.answer(200, #"["forged"]"#))]
        }
        defer { server.stop() }
        let request = try request(server)
        for number in 0..<20 {
            #expect(try await engine.perform(request).body == Array("[\(number)]".utf8))
        }
    }

    /// libcurl would send the request a second time by itself, without a permit.
    @Test func sendsOnlyOnceWhenAKeptConnectionTurnsOutToBeClosed() async throws {
        let server = try RawServer { number, _ in
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

    /// Neither another path nor another host hears of the request, nor of the key.
    @Test(arguments: [301, 302, 303, 307, 308])
    func followsNoRedirect(status: Int) async throws {
        let target = try RawServer(always: RawServer.answer(200, "{}"))
        defer { target.stop() }
        let server = try RawServer { _, _ in
            [.send(RawServer.answer(status, headers: ["Location: http://127.0.0.1:\(target.port)/elsewhere"]))]
        }
        defer { server.stop() }
        #expect(try await engine.perform(try request(server)).status == status)
        #expect(server.heads.count == 1)
        #expect(target.connections == 0)
    }

    /// What stands in the address reaches the server byte for byte: dots, escapes and all.
    @Test func changesNothingInAnAddress() async throws {
        let server = try RawServer(always: RawServer.answer(200, "{}"))
        defer { server.stop() }
        var request = try request(server)
        let paths = [
            "/a%2Fb", "/%252F", "/x/.../y", "/%E5%96%B5/%D7%A9", "/a//b", "/x?start=0&count=100", "/%7Broute%7D",
        ]
        for path in paths {
            request.url = "http://127.0.0.1:\(server.port)\(path)"
            _ = try await engine.perform(request)
        }
        #expect(server.heads.map { $0.split(separator: " ")[1] } == paths.map { $0[...] })
    }

    /// The headers that came before a body that was lost: what was counted, and the trace.
    @Test func keepsTheHeadersOfAnAnswerThatIsLost() async throws {
        let server = try RawServer { _, _ in
            [.send("HTTP/1.1 200 OK\r\nX-Riot-Edge-Trace-Id: t-1\r\nContent-Length: 9\r\n\r\n{"), .close]
        }
        defer { server.stop() }
        let request = try request(server)
        let failure = await failure { [engine] in try await engine.perform(request) }
        #expect(failure?.code == .truncated)
        #expect(failure?.headers?[.traceID] == "t-1")
    }

    @Test func shutdownEndsEverythingAndIsRepeatable() async throws {
        let server = try RawServer { _, _ in [.hang] }
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
