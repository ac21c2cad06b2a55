import Foundation
import Hummingbird
import NIOCore
import Reactor
import ServiceLifecycle
import ServiceRuntime
import Supervision
import TestSupport
import Testing

@testable import gateway

/// Clients that do not do their part, and addresses at which nobody can listen.
@Suite(.timeLimit(.minutes(2))) struct SlowClientTests {
    private static let longAnswer = ByteBuffer(repeating: UInt8(ascii: "x"), count: 64 * 1024)

    /// What a server counts.
    private struct Serving: Sendable {
        let port: Int
        let statistics: HTTPStatistics
        let served: Lock<Int>
    }

    /// Serves every request at once and without a look at its body; `/stream` without an end.
    private static func server(
        _ listener: HTTPListener,
        patience: ClientPatience = ClientPatience(),
        statistics: HTTPStatistics = HTTPStatistics(),
        served: Lock<Int> = Lock(0),
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) -> HTTPServer<CallbackResponder<GatewayContext>> {
        HTTPServer(
            listener: listener,
            responder: CallbackResponder { request, _ in
                if request.uri.path == "/stream" { return stream(endedIn: served) }
                served.withLock { $0 += 1 }
                return Response(status: .ok, body: ResponseBody(byteBuffer: longAnswer))
            },
            limit: ConnectionLimit(maximum: 8, statistics: statistics),
            onListening: onListening,
            patience: patience,
            logger: RunningGateway.logger
        )
    }

    /// An answer without an end, which is counted when its client is gone.
    private static func stream(endedIn served: Lock<Int>) -> Response {
        Response(
            status: .ok,
            body: ResponseBody { writer in
                defer { served.withLock { $0 += 1 } }
                while true { try await writer.write(longAnswer) }
            }
        )
    }

    private func serve(_ patience: ClientPatience, _ body: (Serving) async throws -> Void) async throws {
        let (ports, told) = AsyncStream<Int>.makeStream()
        let statistics = HTTPStatistics()
        let served = Lock(0)
        let server = Self.server(
            .address(host: "127.0.0.1", port: 0),
            patience: patience,
            statistics: statistics,
            served: served,
            onListening: { told.yield($0) }
        )
        let group = ServiceGroup(services: [server], logger: RunningGateway.logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                try await body(Serving(port: port, statistics: statistics, served: served))
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Sends a byte after the other until the server closes; false when it does not in 30 seconds.
    private func trickle(into descriptor: Int32) async -> Bool {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let deadline = ContinuousClock.now + .seconds(30)
                var buffer = [UInt8](repeating: 0, count: 256 * 1024)
                var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                while ContinuousClock.now < deadline {
                    var byte = UInt8(ascii: "b")
                    guard send(descriptor, &byte, 1, Int32(MSG_NOSIGNAL)) == 1 else {
                        return continuation.resume(returning: true)
                    }
                    if poll(&state, 1, 10) > 0, read(descriptor, &buffer, buffer.count) <= 0 {
                        return continuation.resume(returning: true)
                    }
                }
                continuation.resume(returning: false)
            }
        }
    }

    @Test func aBodyThatNobodyReadsDoesNotHoldItsConnectionForEver() async throws {
        try await serve(ClientPatience(body: .milliseconds(200))) { serving in
            let client = try LoopbackSocket.connected(to: serving.port)
            defer { close(client) }
            let head = Array("POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n".utf8)
            #expect(write(client, head, head.count) == head.count)
            #expect(await trickle(into: client))
            #expect(await Arrival.comes { serving.statistics.figures.connections == 0 })
            #expect(serving.served.withLock { $0 } == 1)
        }
    }

    @Test func aClientThatDoesNotReadDoesNotHoldItsConnectionForEver() async throws {
        try await serve(ClientPatience(answer: .milliseconds(200))) { serving in
            let client = try LoopbackSocket.connected(to: serving.port)
            defer { close(client) }
            // Far more answers than the buffers of both sides can hold.
            let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let requests = Array(String(repeating: request, count: 1_000).utf8)
            #expect(write(client, requests, requests.count) == requests.count)
            #expect(
                await Arrival.comes {
                    serving.served.withLock { $0 } > 0 && serving.statistics.figures.connections == 0
                }
            )
            #expect(serving.served.withLock { $0 } < 1_000)
        }
    }

    @Test func aClientThatStopsReadingAStreamEndsTheStream() async throws {
        try await serve(ClientPatience(answer: .milliseconds(200))) { serving in
            let client = try LoopbackSocket.connected(to: serving.port)
            defer { close(client) }
            let request = Array("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
            #expect(write(client, request, request.count) == request.count)
            #expect(
                await Arrival.comes {
                    serving.served.withLock { $0 } == 1 && serving.statistics.figures.connections == 0
                }
            )
        }
    }

    @Test func aClientThatDoesItsPartIsServedHoweverOften() async throws {
        try await serve(ClientPatience(body: .milliseconds(200), answer: .milliseconds(200))) { serving in
            let request = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody"
            let last = "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            let text = String(repeating: request, count: 100) + last
            let answer = String(decoding: try await RawHTTP.exchange(text, port: serving.port), as: UTF8.self)
            #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 102)
        }
    }

    // MARK: Addresses

    @Test func aTakenPortIsNamedAndCanBeTriedAgain() async throws {
        let held = try HeldListener(host: "127.0.0.1", port: 0)
        let error = await #expect(throws: StartupError.self) {
            try await Self.server(.address(host: "127.0.0.1", port: held.port)).run()
        }
        #expect(error?.exitCode == .tryAgain)
        #expect(error?.message.contains("127.0.0.1:\(held.port) (GATEWAY_HOST, GATEWAY_PORT)") == true)
    }

    @Test(arguments: ["no-such-host.invalid", "192.0.2.1"])
    func anAddressThatIsNotHereIsAMatterOfConfiguration(host: String) async throws {
        let error = await #expect(throws: StartupError.self) {
            try await Self.server(.address(host: host, port: 0)).run()
        }
        #expect(error?.exitCode == .configuration)
        #expect(error?.message.contains("\(host):0 (GATEWAY_HOST, GATEWAY_PORT)") == true, "\(error?.message ?? "")")
    }

    @Test func aPortThatOnlyRootMayUseIsAMatterOfConfiguration() {
        let error = ListenFailure.reason(host: "::1", port: 80, IOError(errnoCode: EACCES, reason: "bind"))
        #expect(error.exitCode == .configuration)
        #expect(error.message.contains("[::1]:80 (GATEWAY_HOST, GATEWAY_PORT)"))
    }
}
