import Foundation
import Supervision
import TestSupport
import Testing

@testable import gateway

/// The gateway ends and is replaced; nobody is refused who asks meanwhile.
@Suite(.timeLimit(.minutes(2))) struct HandedSocketTests {
    private static func alive(_ port: Int, _ connection: String = "close") -> String {
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: \(connection)\r\n\r\n"
    }

    @Test func connectionsWaitForTheNextGateway() async throws {
        try await withTestDatabase { url in
            let held = try HeldListener(host: "127.0.0.1", port: 0)
            for round in 1...3 {
                let answer = Task { try await RawHTTP.exchange(Self.alive(held.port), port: held.port) }
                try await RunningGateway.with(databaseURL: url, socket: dup(held.descriptor)) { gateway in
                    #expect(gateway.port == held.port)
                    let head = String(decoding: try await answer.value, as: UTF8.self)
                    #expect(head.hasPrefix("HTTP/1.1 200"), "round \(round): \(head)")
                    #expect(head.lowercased().contains("\r\ndate: "))
                }
            }
        }
    }

    @Test func aConnectionThatWasJustAcceptedIsAnsweredBeforeTheEnd() async throws {
        try await withTestDatabase { url in
            let (ports, told) = AsyncStream<(Int, Int32)>.makeStream()
            let gateway = Task {
                try await RunningGateway.with(databaseURL: url) { gateway in
                    let early = try LoopbackSocket.connected(to: gateway.port)
                    // Accepted later, so the other one is accepted too.
                    #expect(try await RawHTTP.send("GET", "/livez", port: gateway.port).status == 200)
                    told.yield((gateway.port, early))
                }
            }
            for await (port, early) in ports {
                // Nobody else holds the socket: a refusal tells that the gateway ends.
                while let other = try? LoopbackSocket.connected(to: port) {
                    close(other)
                    await Task.yield()
                }
                let request = Array(Self.alive(port, "keep-alive").utf8)
                #expect(write(early, request, request.count) == request.count)
                let answer = await Task.detached {
                    var text = ""
                    var buffer = [UInt8](repeating: 0, count: 4096)
                    while case let count = read(early, &buffer, buffer.count), count > 0 {
                        text += String(decoding: buffer[..<count], as: UTF8.self)
                    }
                    return text
                }.value
                close(early)
                #expect(answer.hasPrefix("HTTP/1.1 200") && answer.lowercased().contains("\r\nconnection: close"))
                break
            }
            try await gateway.value
        }
    }
}
