import Foundation
import ServiceLifecycle
import Testing

@testable import JSONRPC

@Suite(.timeLimit(.minutes(2))) struct ClientTests {
    @Test func callsAndDecodes() async throws {
        try await RunningServer.with { place in
            let client = place.client()
            let difference = try await client.call("subtract", ["minuend": 42, "subtrahend": 23], returning: Int.self)
            #expect(difference == 19)
            let nothing = try await client.call("nothing", returning: String?.self)
            #expect(nothing == nil)
            let answer = try await client.call("sum", [1, 2, 3], returning: Int.self)
            #expect(answer == 6)
            let raw = try await client.call("get_data", text: nil)
            #expect(raw.description == #"["hello",5]"#)
            let context = try await client.call("context", NoParameters(), returning: String.self, trace: "abc")
            #expect(context == "abc true true")
            await client.close()
        }
    }

    @Test func aThousandPipelinedCallsFindTheirAnswers() async throws {
        try await RunningServer.with { place in
            let client = place.client()
            let sums = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for number in 0..<1_000 {
                    group.addTask { (number, try await client.call("sum", [number, 1, 1], returning: Int.self)) }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
            }
            #expect(sums == Dictionary(uniqueKeysWithValues: (0..<1_000).map { ($0, $0 + 2) }))
            await client.close()
        }
    }

    @Test func errorsOfTheServiceAreToldApartFromItsAbsence() async throws {
        try await RunningServer.with { place in
            let client = place.client()
            let refused = await failure { try await client.call("unknown", returning: Int.self) }
            #expect(refused?.code == .refused)
            #expect(refused?.rpcError?.code == -32601)
            let known = await failure { try await client.call("fail.known", returning: Int.self) }
            #expect(known?.rpcError?.decodedData(as: [String: Int].self) == ["retry_after_ms": 1500])
            let other = await failure { try await client.call("echo", ["word": "x"], returning: Int.self) }
            #expect(other?.code == .invalidAnswer)
            let large = await failure {
                try await client.call(
                    "echo",
                    ["word": String(repeating: "x", count: JSONRPCLimits.frameBytes)],
                    returning: String.self
                )
            }
            #expect(large?.code == .invalidParameters)
        }
    }

    @Test func withoutPatienceAnAbsentServiceIsSeenAtOnce() async throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let client = JSONRPCClient(
            socketPath: directory + "/none.sock",
            connectPatience: .zero,
            logger: TestService.quiet
        )
        let error = await failure { try await client.call("nothing", returning: Int?.self) }
        #expect(error?.code == .notRunning)
        #expect(error?.wasNotSent == true)
        let path = directory + "/stale.sock"
        close(try RawPeer.listen(on: path))
        let stale = JSONRPCClient(socketPath: path, connectPatience: .zero, logger: TestService.quiet)
        #expect(await failure { try await stale.call("nothing", returning: Int?.self) }?.code == .notRunning)
        let long = JSONRPCClient(
            socketPath: "/" + String(repeating: "x", count: 200),
            connectPatience: .seconds(5),
            logger: TestService.quiet
        )
        #expect(await failure { try await long.call("nothing", returning: Int?.self) }?.code == .notRunning)
    }

    @Test func waitsForASocketThatAppears() async throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/test.sock"
        let client = JSONRPCClient(socketPath: path, connectPatience: .seconds(20), logger: TestService.quiet)
        async let early: String = client.call("echo", ["word": "early"], timeout: .seconds(20))
        let impatient = JSONRPCClient(socketPath: path, connectPatience: .zero, logger: TestService.quiet)
        #expect(await failure { try await impatient.call("nothing", returning: Int?.self) }?.code == .notRunning)
        try await RunningServer.serve(path) { place in
            let answer = try await place.client().call("echo", ["word": "late"], returning: String.self)
            #expect(answer == "late")
        }
        let word = try await early
        #expect(word == "early")
    }

    @Test func callsSurviveTheRestartOfTheService() async throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/test.sock"
        let client = JSONRPCClient(socketPath: path, connectPatience: .seconds(20), logger: TestService.quiet)
        for round in 0..<3 {
            try await RunningServer.serve(path) { _ in
                let answer = try await client.call("sum", [round, 1], returning: Int.self, timeout: .seconds(20))
                #expect(answer == round + 1)
            }
        }
        await client.close()
    }

    @Test func aCallRefusedByAServiceThatStopsIsMadeAgainOnTheNext() async throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/test.sock"
        let client = JSONRPCClient(socketPath: path, connectPatience: .seconds(20), logger: TestService.quiet)
        let (later, handOver) = AsyncStream.makeStream(
            of: Task<String, any Error>.self,
            bufferingPolicy: .bufferingOldest(1)
        )
        try await RunningServer.serve(path) { place in
            let first = Task { try await client.call("wait", returning: String.self, timeout: .seconds(20)) }
            await place.gate.arrived(1)
            await place.group.triggerGracefulShutdown()
            while FileManager.default.fileExists(atPath: path) { await Task.yield() }
            let again = Task {
                try await client.call("echo", ["word": "again"], returning: String.self, timeout: .seconds(20))
            }
            handOver.yield(again)
            await place.gate.open()
            let answer = try await first.value
            #expect(answer == "passed")
        }
        try await RunningServer.serve(path) { _ in
            for await again in later {
                let answer = try await again.value
                #expect(answer == "again")
                break
            }
        }
        await client.close()
    }

    @Test func aBrokenConnectionFailsTheCallAndTheNextOneConnectsAgain() async throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/test.sock"
        let listener = try RawPeer.listen(on: path)
        let client = JSONRPCClient(socketPath: path, connectPatience: .seconds(20), logger: TestService.quiet)
        let call = Task { try await client.call("echo", ["word": "x"], returning: String.self) }
        do {
            let service = try await RawPeer.accept(on: listener)
            let answer = try await service.line()?.contains(#""method":"echo""#)
            #expect(answer == true)
        }
        let error = await failure { try await call.value }
        #expect(error?.code == .connectionLost)
        #expect(error?.wasNotSent == false)
        close(listener)
        try await RunningServer.serve(path) { _ in
            let answer = try await client.call("echo", ["word": "y"], returning: String.self)
            #expect(answer == "y")
        }
        await client.close()
    }

    @Test(arguments: ["hello\n", "[]\n", #"{"jsonrpc":"2.0","id":1}"# + "\n"])
    func aServiceThatSpeaksSomethingElseIsCutOff(greeting: String) async throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let listener = try RawPeer.listen(on: directory + "/test.sock")
        defer { close(listener) }
        let client = JSONRPCClient(
            socketPath: directory + "/test.sock",
            connectPatience: .zero,
            logger: TestService.quiet
        )
        let call = Task { try await client.call("echo", ["word": "x"], returning: String.self) }
        let service = try await RawPeer.accept(on: listener)
        try await service.send(greeting)
        #expect(await failure { try await call.value }?.code == .connectionLost)
    }

    @Test func aCallThatIsNotAnsweredTimesOut() async throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let listener = try RawPeer.listen(on: directory + "/test.sock")  // connects, and answers nothing
        defer { close(listener) }
        let client = JSONRPCClient(socketPath: directory + "/test.sock", logger: TestService.quiet)
        let late = await failure { try await client.call("wait", returning: String.self, timeout: .milliseconds(50)) }
        #expect(late?.code == .timedOut)
        let none = await failure { try await client.call("nothing", returning: Int?.self, timeout: .zero) }
        #expect(none?.code == .timedOut)
        await client.close()
    }

    @Test func cancellationEndsACallAndNoOther() async throws {
        try await RunningServer.with { place in
            let client = place.client()
            let call = Task { try await client.call("wait", returning: String.self) }
            await place.gate.arrived(1)
            call.cancel()
            #expect(await failure { try await call.value }?.code == .cancelled)
            let early = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.call("wait", returning: String.self)
            }
            #expect(await failure { try await early.value }?.code == .cancelled)
            let word = try await client.call("echo", ["word": "fine"], returning: String.self)
            #expect(word == "fine")
        }
    }

    @Test func closingFailsWhatWaitsAndWhatComes() async throws {
        try await RunningServer.with { place in
            let client = place.client()
            let call = Task { try await client.call("wait", returning: String.self) }
            await place.gate.arrived(1)
            await client.close()
            #expect(await failure { try await call.value }?.code == .closed)
            #expect(await failure { try await client.call("nothing", returning: Int?.self) }?.code == .closed)
        }
    }

    @Test func notificationsOfTheServiceArrive() async throws {
        try await RunningServer.with { place in
            let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(10))
            let client = JSONRPCClient(socketPath: place.path, logger: TestService.quiet) { method, parameters in
                continuation.yield("\(method) \(parameters)")
            }
            let answer = try await client.call("count", ["word": "one"], returning: Int.self)
            #expect(answer == 3)
            var seen: [String] = []
            for await notification in stream {
                seen.append(notification)
                if seen.count == 3 { break }
            }
            #expect(seen == Array(repeating: #"counted {"word":"one"}"#, count: 3))
            await client.close()
        }
    }

    private func failure<Result>(_ body: () async throws -> Result) async -> JSONRPCClientError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? JSONRPCClientError
        }
    }
}
