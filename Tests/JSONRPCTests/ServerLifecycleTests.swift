import Foundation
import ServiceLifecycle
import Testing

@testable import JSONRPC

@Suite(.timeLimit(.minutes(2))) struct ServerLifecycleTests {
    @Test func theSocketIsForItsOwnerOnlyAndGoesWithTheServer() async throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/test.sock"
        try await RunningServer.serve(path) { place in
            let attributes = try FileManager.default.attributesOfItem(atPath: place.path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(attributes[.type] as? FileAttributeType == .typeSocket)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["test.lock"])
    }

    @Test func aSecondServerOnOnePathIsToldWhoRuns() async throws {
        try await RunningServer.with { place in
            let second = JSONRPCServer(
                socketPath: place.path,
                dispatcher: TestService.dispatcher(),
                logger: TestService.quiet
            )
            let error = await #expect(throws: JSONRPCServerError.self) { try await second.run() }
            #expect(error?.code == .alreadyRunning)
            #expect(error?.message.contains("pid \(getpid())") == true)
            await #expect(throws: JSONRPCServerError.self) { try await second.listening() }
            let result = try await place.client().call("echo", ["word": "still here"], returning: String.self)
            #expect(result == "still here")
        }
    }

    @Test func aStaleSocketIsTakenOver() async throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/test.sock"
        close(try RawPeer.listen(on: path))  // what a killed process leaves behind
        #expect(FileManager.default.fileExists(atPath: path))
        try await RunningServer.serve(path) { place in
            let answer = try await place.client().call("echo", ["word": "new"], returning: String.self)
            #expect(answer == "new")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        try await RunningServer.serve(path) { place in  // the lock file of the first is no obstacle
            let answer = try await place.client().call("echo", ["word": "newer"], returning: String.self)
            #expect(answer == "newer")
        }
    }

    @Test func aSocketThatSomebodyServesWithoutALockIsLeftAlone() async throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/test.sock"
        let listener = try RawPeer.listen(on: path)
        defer { close(listener) }
        let error = #expect(throws: JSONRPCServerError.self) { try ListeningSocket(path: path) }
        #expect(error?.code == .alreadyRunning)
        _ = try RawPeer(connectingTo: path)
    }

    @Test func anythingElseAtThePathIsLeftAlone() throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/test.sock"
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: JSONRPCServerError.self) { try ListeningSocket(path: path) }
        #expect(error?.code == .unavailable)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        let missing = #expect(throws: JSONRPCServerError.self) { try ListeningSocket(path: directory + "/none/a.sock") }
        #expect(missing?.message.contains("No such file") == true)
    }

    @Test func thePathLengthIsCheckedBeforeAnythingIsMade() throws {
        let directory = try RunningServer.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let room = JSONRPCLimits.pathBytes - directory.utf8.count - 6
        let longest = directory + "/" + String(repeating: "a", count: room) + ".sock"
        #expect(longest.utf8.count == 107)
        let socket = try ListeningSocket(path: longest)
        _ = try RawPeer(connectingTo: longest)
        close(socket.descriptor)
        socket.removePath()
        socket.releaseLock()
        let error = #expect(throws: JSONRPCServerError.self) { try ListeningSocket(path: "/a" + longest.dropFirst()) }
        #expect(error?.code == .pathTooLong)
        #expect(error?.message.contains("108 bytes") == true)
    }

    @Test func shutdownFinishesWhatRunsAndRefusesWhatComes() async throws {
        try await RunningServer.with { place in
            let peer = try RawPeer(connectingTo: place.path)
            try await peer.send(#"{"jsonrpc":"2.0","id":1,"method":"wait"}"# + "\n")
            await place.gate.arrived(1)
            await place.group.triggerGracefulShutdown()
            var refusal: String?
            repeat {  // calls are served until the server has turned to its connections
                try await peer.send(#"{"jsonrpc":"2.0","id":2,"method":"echo","params":["x"]}"# + "\n")
                refusal = try await peer.line()
            } while refusal == #"{"jsonrpc":"2.0","result":"x","id":2}"#
            #expect(refusal?.contains(#""code":-32000"#) == true)
            #expect(refusal?.hasSuffix(#","id":2}"#) == true)
            #expect(!FileManager.default.fileExists(atPath: place.path))
            await place.gate.open()
            #expect(try await peer.rest() == #"{"jsonrpc":"2.0","result":"passed","id":1}"# + "\n")
        }
    }

    @Test func shutdownCutsOffWhatOutlivesTheBudget() async throws {
        try await RunningServer.with(shutdownBudget: .milliseconds(100)) { place in
            let peer = try RawPeer(connectingTo: place.path)
            try await peer.send(#"{"jsonrpc":"2.0","id":1,"method":"wait"}"# + "\n")
            await place.gate.arrived(1)
            await place.group.triggerGracefulShutdown()
            await place.gate.sawCancellation()
            #expect(try await peer.rest() == "")
        }
    }
}
