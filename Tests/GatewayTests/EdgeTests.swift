import HTTPTypes
@testable import JSONRPC
import Testing

@testable import gateway

/// The small parts at the edge: limits per client, tags, ids, the errors of an orchestrator.
@Suite struct EdgeTests {
    @Test func aClientHasSoManyStartsAMinute() {
        let limiter = StartLimiter(perMinute: 6)
        let client = ClientAddress(ip: "192.0.2.7")
        let start = ContinuousClock.now
        for _ in 0..<6 { #expect(limiter.retryAfterSeconds(client, now: start) == nil) }
        #expect(limiter.retryAfterSeconds(client, now: start) == 10)
        #expect(limiter.retryAfterSeconds(client, now: start + .seconds(4)) == 6)
        #expect(limiter.retryAfterSeconds(ClientAddress(ip: "192.0.2.8"), now: start) == nil)
        #expect(limiter.retryAfterSeconds(client, now: start + .seconds(10)) == nil)
        #expect(limiter.retryAfterSeconds(client, now: start + .seconds(10)) == 10)
        // However long it was away, a client has no more than a minute's worth.
        let later = start + .seconds(3_600)
        for _ in 0..<6 { #expect(limiter.retryAfterSeconds(client, now: later) == nil) }
        #expect(limiter.retryAfterSeconds(client, now: later) != nil)
    }

    @Test(arguments: ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", nil])
    func thisHostHasNoLimit(ip: String?) {
        let limiter = StartLimiter(perMinute: 1)
        for _ in 0..<10 { #expect(limiter.retryAfterSeconds(ClientAddress(ip: ip)) == nil) }
    }

    @Test func zeroLiftsTheLimit() {
        let limiter = StartLimiter(perMinute: 0)
        for _ in 0..<10 { #expect(limiter.retryAfterSeconds(ClientAddress(ip: "192.0.2.7")) == nil) }
    }

    @Test func aFloodOfAddressesIsForgottenAndTheFreshOneKept() {
        let limiter = StartLimiter(perMinute: 1, capacity: 100)
        let start = ContinuousClock.now
        for number in 0..<1_000 {
            let client = ClientAddress(ip: "10.0.\(number / 250).\(number % 250)")
            #expect(limiter.retryAfterSeconds(client, now: start + .milliseconds(number)) == nil)
        }
        let last = ClientAddress(ip: "10.0.3.249")
        #expect(limiter.retryAfterSeconds(last, now: start + .seconds(1)) != nil)
    }

    @Test func anIPv6ClientIsItsNetwork() {
        #expect(ClientAddress(ip: "2001:db8::1") == ClientAddress(ip: "2001:db8::ffff:1"))
        #expect(ClientAddress(ip: "2001:db8::1") != ClientAddress(ip: "2001:db8:0:1::1"))
        #expect(ClientAddress(ip: "::ffff:192.0.2.7") == ClientAddress(ip: "192.0.2.7"))
        #expect(!ClientAddress(ip: "2001:db8::1").isLoopback)
    }

    @Test func tagsAreComparedAsTheStandardSays() {
        let tag = EntityTag(of: Array("body".utf8))
        #expect(tag == EntityTag(of: Array("body".utf8)))
        #expect(tag != EntityTag(of: Array("bodz".utf8)))
        for header in [tag.text, "W/\(tag.text)", "\"other\", \(tag.text)", "*"] { #expect(tag.matches(header)) }
        for header in [nil, "", "\"other\"", String(tag.text.dropFirst().dropLast())] { #expect(!tag.matches(header)) }
    }

    @Test func aRequestIDIsTakenOverOnlyWhenItIsHarmless() {
        #expect(RequestIdentifier.take(over: "abc-123_x.y:z") == "abc-123_x.y:z")
        for bad in [nil, "", "two words", "line\nbreak", String(repeating: "x", count: 129), "é"] {
            let made = RequestIdentifier.take(over: bad)
            #expect(made.utf8.count == 32)
            #expect(made != RequestIdentifier.take(over: bad))
        }
    }

    @Test(arguments: [
        (JSONRPCError(.invalidParameters, "year: 2010 to 2026, not 1"), HTTPResponse.Status.badRequest),
        (JSONRPCError(.dependencyDown, "PostgreSQL does not answer"), .serviceUnavailable),
        (JSONRPCError(.shuttingDown, "bye"), .serviceUnavailable),
        (JSONRPCError(.overloaded, "full"), .serviceUnavailable),
        (JSONRPCError(.internalError, "boom"), .internalServerError),
        (JSONRPCError(.methodNotFound, "what"), .internalServerError),
    ])
    func errorsOfTheOrchestratorHaveTheirStatus(error: JSONRPCError, status: HTTPResponse.Status) {
        let problem = OrchestratorClient.problem(for: JSONRPCClientError(refusedWith: error))
        #expect(problem.status == status)
        #expect((problem.retryAfterSeconds != nil) == (status == .serviceUnavailable))
        #expect(problem.detail.contains("year") == (status == .badRequest))
    }

    @Test(arguments: [
        (JSONRPCError(.invalidParameters, "reason: at most 500 bytes"), HTTPResponse.Status.badRequest, "reason"),
        (JSONRPCError(.notFound, "there is no task 17"), .notFound, "There is no task 17."),
        (JSONRPCError(.dependencyDown, "PostgreSQL does not answer"), .serviceUnavailable, "database"),
        (JSONRPCError(.shuttingDown, "bye"), .serviceUnavailable, "busy or restarting"),
        (JSONRPCError(.internalError, "boom"), .internalServerError, "could not be cancelled"),
    ])
    func onlyADatabaseThatIsAwayIsBlamedForATaskThatIsNotCancelled(
        error: JSONRPCError,
        status: HTTPResponse.Status,
        words: String
    ) {
        let problem = OrchestratorClient.problem(for: JSONRPCClientError(refusedWith: error), .ofCancellation)
        #expect(problem.status == status)
        #expect(problem.detail.contains(words) && !problem.detail.contains("boom"))
        #expect(problem.detail.contains("database") == (error.code == JSONRPCError.Code.dependencyDown.rawValue))
    }

    @Test(arguments: [JSONRPCClientError.Code.notRunning, .timedOut, .connectionLost, .cancelled, .overloaded, .closed])
    func anOrchestratorThatIsAwayIs503(code: JSONRPCClientError.Code) {
        let problem = OrchestratorClient.problem(for: JSONRPCClientError(code, "/run/x.sock"))
        #expect(problem.status == .serviceUnavailable)
        #expect(!problem.detail.contains("/run"))
    }

    @Test func aProblemIsWrittenAsRFC9457Has() throws {
        let problem = Problem.badMembers([.init(pointer: "/year", detail: "year is wrong.")])
        #expect(
            String(decoding: try problem.body(), as: UTF8.self)
                == #"{"detail":"year is wrong.","errors":[{"detail":"year is wrong.","pointer":"/year"}],"#
                + #""status":400,"title":"Bad Request"}"#
        )
    }
}
