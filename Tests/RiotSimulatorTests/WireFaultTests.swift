import Compression
import Foundation
import Testing

@testable import RiotSimulator

@Suite("Faults of size and framing")
struct WireFaultTests {
    private static let status = "/na1/lol/status/v4/platform-data"

    private func run(_ body: (WireClient, SimulatorServer) async throws -> Void) async throws {
        let world = try TestWorlds.small(matches: 1)
        try await SimulatorServer.withRunning(world, options: SimulatorOptions(limits: .none)) { server in
            try await body(WireClient(server), server)
        }
    }

    @Test("a body of any size, which is sound JSON", arguments: [14, 15, 65_550, 9_000_000])
    func oversized(bytes: Int) async throws {
        try await run { client, _ in
            _ = try await client.post("/_sim/fault", #"{"fault":"oversized","bytes":\#(bytes),"count":1}"#)
            let answer = try await client.get(Self.status, gzip: true)
            #expect(answer.status == 200 && answer.isComplete)
            #expect(answer.headers["content-encoding"] == nil)
            #expect(answer.body.count == bytes)
            #expect(try TestWorlds.object(answer.body).keys.sorted() == ["padding"])
        }
    }

    @Test("a small body that inflates to a large one", arguments: [14, 20_000_000])
    func inflates(bytes: Int) async throws {
        try await run { client, server in
            await server.simulation.add(FaultRule(.inflates, bytes: bytes))
            let answer = try await client.get(Self.status, gzip: true)
            #expect(answer.status == 200 && answer.isComplete)
            #expect(answer.headers["content-encoding"] == "gzip")
            #expect(answer.body.count < 50_000)
            let plain = try Gzip.inflate(answer.body, limit: bytes)
            #expect(plain.count == bytes)
            #expect(try TestWorlds.object(plain).keys.sorted() == ["padding"])
        }
    }

    @Test("a Content-Length that is not that of the body", arguments: [-20, 7])
    func wrongLength(difference: Int) async throws {
        try await run { client, server in
            let right = try await client.get(Self.status).body
            await server.simulation.add(FaultRule(.wrongLength, bytes: difference))
            let answer = try await client.get(Self.status)
            #expect(answer.headers["transfer-encoding"] == nil)
            #expect(answer.headers["content-length"] == String(right.count + difference))
            #expect(answer.body == right)
            #expect(answer.ending == .closed)
            #expect(try await client.get(Self.status).isComplete)
        }
    }

    @Test("the head line by line")
    func slowHeaders() async throws {
        try await run { client, server in
            let right = try await client.get(Self.status)
            _ = try await client.post("/_sim/clock", #"{"twice":true}"#)
            await server.simulation.add(FaultRule(.slowHeaders, interval: 5))
            let start = ContinuousClock.now
            let answer = try await client.get(Self.status)
            // A pause can be longer than asked for, never shorter.
            #expect(ContinuousClock.now - start >= .milliseconds(5 * right.headerLines.count))
            #expect(answer.status == 200 && answer.isComplete && answer.ending == .closed)
            #expect(answer.body == right.body)
            #expect(answer.headerLines.filter { $0.name == "date" }.count == 2)
            #expect(Set(answer.headers.keys).isSuperset(of: ["content-type", "x-riot-edge-trace-id", "vary"]))
        }
    }

    @Test("the connection ends after an exact number of bytes", arguments: [0, 1, 12, 60, 200, 100_000])
    func cutAt(bytes: Int) async throws {
        try await run { client, server in
            let path = "/na1/lol/status/v4/platform-data"
            let rule = #"{"fault":"cut-at","bytes":\#(bytes),"count":1}"#
            #expect(try await client.post("/_sim/fault", rule).status == 200)
            let closed = try await client.get(path)
            #expect(closed.ending == .closed)
            #expect(bytes > 5000 ? closed.isComplete : closed.bytes.count == bytes && !closed.isComplete)
            #expect("HTTP/1.1 200 OK\r\n".hasPrefix(String(decoding: closed.bytes.prefix(17), as: UTF8.self)))
            await server.simulation.add(FaultRule(.cutAt, bytes: bytes, ending: .reset))
            let reset = try await client.get(path)
            #expect(reset.ending == .reset)
            #expect(reset.bytes.count <= bytes)
            #expect(await server.stats().faults == ["cut-at": 2])
        }
    }

    @Test("every fault that needs a number says so", arguments: FaultRule.Kind.allCases)
    func numbers(kind: FaultRule.Kind) {
        let needsBytes: Set<FaultRule.Kind> = [.oversized, .inflates, .wrongLength, .cutAt]
        #expect((FaultRule(kind).problem == nil) == !needsBytes.contains(kind))
        #expect(FaultRule(kind, bytes: 100).problem == nil)
    }
}
