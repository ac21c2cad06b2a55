import Foundation
import Testing

@testable import JSONRPC

@Suite(.timeLimit(.minutes(2))) struct ServerTests {
    private static func call(_ method: String, _ id: Int, _ parameters: String? = nil) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)"\#(parameters.map { ",\"params\":\($0)" } ?? "")}"# + "\n"
    }

    private static func result(_ result: String, _ id: Int) -> String {
        #"{"jsonrpc":"2.0","result":\#(result),"id":\#(id)}"#
    }

    @Test func everythingAskedIsAnsweredBeforeTheConnectionCloses() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            try await peer.send(Self.call("wait", 1) + Self.call("echo", 2, #"["x"]"#))
            peer.closeWriting()
            #expect(try await peer.line() == Self.result(#""x""#, 2))
            await place.gate.open()
            #expect(try await peer.rest() == Self.result(#""passed""#, 1) + "\n")
        }
    }

    @Test func theLastLineNeedsNoLineFeed() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            try await peer.send(String(Self.call("echo", 1, #"["x"]"#).dropLast()))
            peer.closeWriting()
            #expect(try await peer.rest() == Self.result(#""x""#, 1) + "\n")
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/nc"), "needs netcat-openbsd"))
    func answersNetcat() async throws {
        try await RunningServer.with { place in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            let line = Self.call("subtract", 1, "[42,23]").dropLast()
            process.arguments = ["-c", "printf '\(line)\\n' | nc -N -U '\(place.path)'"]
            let output = Pipe()
            process.standardOutput = output
            await withCheckedContinuation { continuation in
                process.terminationHandler = { _ in continuation.resume() }
                do { try process.run() } catch { continuation.resume() }
            }
            let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            #expect(text == Self.result("19", 1) + "\n")
            #expect(process.terminationStatus == 0)
        }
    }

    @Test func singleBytesMakeAFrame() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            for byte in (Self.call("echo", 1, #"["é"]"#) + "\r\n\n").utf8 { try await peer.send([byte]) }
            #expect(try await peer.line() == Self.result(#""é""#, 1))
        }
    }

    @Test func aLineThatIsNoJSONIsAnsweredAndTheConnectionGoesOn() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            try await peer.send("help\n")
            #expect(try await peer.line()?.hasPrefix(#"{"jsonrpc":"2.0","error":{"code":-32700,"#) == true)
            try await peer.send(Self.call("echo", 1, #"["x"]"#))
            #expect(try await peer.line() == Self.result(#""x""#, 1))
        }
    }

    @Test func theFrameLimitIsExactAndTheConnectionGoesOn() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            let empty = Self.call("nothing", 1).dropLast()
            for (excess, isServed) in [(-1, true), (0, true), (1, false)] {
                let padding = String(repeating: " ", count: JSONRPCLimits.frameBytes + excess - empty.utf8.count)
                try await peer.send(empty + padding + "\n")
                let answer = try await peer.line()
                #expect((answer == Self.result("null", 1)) == isServed)
                #expect((answer?.contains(#""code":-32008"#) == true) == !isServed)
            }
            try await peer.send(Self.call("echo", 2, #"["on"]"#))
            #expect(try await peer.line() == Self.result(#""on""#, 2))
        }
    }

    @Test func aPeerWithoutLineFeedsIsCutOff() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            let megabyte = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            await #expect(throws: RawPeer.Failure.self) {
                for _ in 0..<80 { try await peer.send(megabyte) }
            }
        }
    }

    @Test func anUnfinishedFrameHasADeadline() async throws {
        try await RunningServer.with(unfinishedFrameTimeout: .milliseconds(50)) { place in
            let peer = try RawPeer(connectingTo: place.path)
            try await peer.send(Self.call("echo", 1, #"["x"]"#) + "{")
            let lines = try await peer.rest().split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.contains { $0 == Self.result(#""x""#, 1) })
            #expect(lines.contains { $0.contains(#""code":-32700"#) })
        }
    }

    /// A batch that has to wait for room keeps the socket from being read, so what is begun behind it cannot be finished.
    @Test func aPeerWhoseBytesAreNotReadIsNotCutOff() async throws {
        try await RunningServer.with(unfinishedFrameTimeout: .milliseconds(200)) { place in
            let peer = try RawPeer(connectingTo: place.path)
            try await peer.send((0..<60).map { Self.call("wait", $0) }.joined())
            await place.gate.arrived(60)
            let last = Self.call("echo", 200, #"["x"]"#)
            try await peer.send("[\(Self.call("wait", 100).dropLast())]\n\(last.prefix(10))")
            let slow = try RawPeer(connectingTo: place.path)
            try await slow.send("{")
            _ = try await slow.rest()  // its time has passed, and so has the other one's
            try await peer.send(String(last.dropFirst(10)))
            await place.gate.open()
            var answers: Set<String> = []
            for _ in 0..<62 { answers.insert(try await peer.line() ?? "") }
            let passed = (0..<60).map { Self.result(#""passed""#, $0) }
            let others = ["[\(Self.result(#""passed""#, 100))]", Self.result(#""x""#, 200)]
            #expect(answers == Set(passed + others))
        }
    }

    @Test func theTimeOfAFrameBeginsWithItAndNotWithTheOneBefore() async throws {
        let patience = Duration.milliseconds(1_500)
        let call = Self.call("echo", 1, #"["x"]"#)
        try await RunningServer.with(unfinishedFrameTimeout: .milliseconds(50)) { marker in
            try await RunningServer.with(unfinishedFrameTimeout: patience) { place in
                while true {
                    let peer = try RawPeer(connectingTo: place.path)
                    try await peer.send(String(call.prefix(10)))
                    let slow = try RawPeer(connectingTo: marker.path)
                    try await slow.send("{")
                    _ = try await slow.rest()  // some of the first frame's time has passed
                    let start = ContinuousClock.now
                    // On a machine so busy that the first frame came too late nothing is learned; try again.
                    guard (try? await peer.send("\(call.dropFirst(10)){")) != nil,
                        try await peer.line() == Self.result(#""x""#, 1)
                    else { continue }
                    #expect(try await peer.rest().contains(#""code":-32700"#))
                    #expect(start.duration(to: .now) >= patience)
                    break
                }
            }
        }
    }

    @Test func sixtyFourRequestsRunAtATimeAndTheOthersWait() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            try await peer.send((0..<200).map { Self.call("wait", $0) }.joined())
            await place.gate.arrived(64)
            let other = try RawPeer(connectingTo: place.path)  // another peer is not held up
            try await other.send(Self.call("echo", 1, #"["x"]"#))
            #expect(try await other.line() == Self.result(#""x""#, 1))
            #expect(await place.gate.mostInside == 64)
            await place.gate.open()
            var answers: Set<String> = []
            for _ in 0..<200 { answers.insert(try await peer.line() ?? "") }
            #expect(answers == Set((0..<200).map { Self.result(#""passed""#, $0) }))
            #expect(await place.gate.mostInside <= 64)
        }
    }

    @Test func batchesTakeTheirShareOfTheRoom() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            let batch = "[" + (0..<100).map { String(Self.call("wait", $0).dropLast()) }.joined(separator: ",") + "]\n"
            try await peer.send(String(repeating: batch, count: 1) + Self.call("echo", 1000, #"["x"]"#))
            await place.gate.arrived(JSONRPCLimits.batchWidth)
            #expect(try await peer.line() == Self.result(#""x""#, 1000))
            #expect(await place.gate.mostInside == JSONRPCLimits.batchWidth)
            await place.gate.open()
            #expect(try await peer.line()?.hasSuffix(Self.result(#""passed""#, 99) + "]") == true)
        }
    }

    @Test func anIDThatIsStillRunningIsRefused() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            try await peer.send(Self.call("wait", 7))
            await place.gate.arrived(1)
            try await peer.send(Self.call("echo", 7, #"["x"]"#) + Self.call("echo", 8, #"["y"]"#))
            let answers = Set([try await peer.line() ?? "", try await peer.line() ?? ""])
            #expect(answers.contains(Self.result(#""y""#, 8)))
            #expect(answers.contains { $0.contains("-32600") && $0.hasSuffix(#","id":7}"#) })
            await place.gate.open()
            #expect(try await peer.line() == Self.result(#""passed""#, 7))
            try await peer.send(Self.call("echo", 7, #"["again"]"#))
            #expect(try await peer.line() == Self.result(#""again""#, 7))
        }
    }

    @Test func aPeerThatVanishesCancelsItsRequests() async throws {
        try await RunningServer.with { place in
            do {
                let peer = try RawPeer(connectingTo: place.path)
                try await peer.send(Self.call("wait", 1))
                await place.gate.arrived(1)
            }
            await place.gate.sawCancellation()
            #expect(await place.gate.cancelled == 1)
        }
    }

    @Test func aPeerThatDoesNotReadIsCutOff() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            try await peer.send((0..<40).map { Self.call("megabyte", $0) }.joined() + Self.call("wait", 99))
            await place.gate.sawCancellation()  // the connection went, and with it what it was asked for
            let received = try await peer.rest().utf8.count
            #expect(received < JSONRPCLimits.unsentBytes)
        }
    }

    @Test func thereAreAtMost256Connections() async throws {
        try await RunningServer.with { place in
            var peers: [RawPeer] = []
            for _ in 0..<JSONRPCLimits.connections { peers.append(try RawPeer(connectingTo: place.path)) }
            for peer in peers {
                try await peer.send(Self.call("echo", 1, #"["x"]"#))
                #expect(try await peer.line() == Self.result(#""x""#, 1))
            }
            let refused = try RawPeer(connectingTo: place.path)
            let text = try await refused.rest()
            #expect(text.contains(#""code":-32003"#))
            let last = peers.removeLast()
            last.closeWriting()
            #expect(try await last.rest() == "")
            let next = try RawPeer(connectingTo: place.path)
            try await next.send(Self.call("echo", 1, #"["x"]"#))
            #expect(try await next.line() == Self.result(#""x""#, 1))
        }
    }
}
