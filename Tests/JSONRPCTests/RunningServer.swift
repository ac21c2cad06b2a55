import Foundation
import Logging
import ServiceLifecycle

@testable import JSONRPC

/// A server on a socket in a directory of its own, as long as a test needs it.
enum RunningServer {
    /// What a test gets to know.
    struct Place: Sendable {
        let path: String
        let gate: Gate
        let group: ServiceGroup

        var directory: String { (path as NSString).deletingLastPathComponent }

        func client(patience: Duration = .seconds(10)) -> JSONRPCClient {
            JSONRPCClient(socketPath: path, connectPatience: patience, logger: TestService.quiet)
        }
    }

    static func directory() throws -> String {
        let path = NSTemporaryDirectory() + "rpc-" + String(UInt64.random(in: .min ... .max), radix: 36)
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        return path
    }

    static func with(
        shutdownBudget: Duration = .seconds(10),
        unfinishedFrameTimeout: Duration = .seconds(30),
        _ body: @Sendable @escaping (Place) async throws -> Void
    ) async throws {
        let directory = try directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await serve(
            directory + "/test.sock",
            shutdownBudget: shutdownBudget,
            unfinishedFrameTimeout: unfinishedFrameTimeout,
            body
        )
    }

    static func serve(
        _ path: String,
        shutdownBudget: Duration = .seconds(10),
        unfinishedFrameTimeout: Duration = .seconds(30),
        _ body: @Sendable @escaping (Place) async throws -> Void
    ) async throws {
        let gate = Gate()
        let server = JSONRPCServer(
            socketPath: path,
            dispatcher: dispatcher(gate),
            logger: TestService.quiet,
            shutdownBudget: shutdownBudget,
            unfinishedFrameTimeout: unfinishedFrameTimeout
        )
        let group = ServiceGroup(services: [server], logger: TestService.quiet)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await server.listening()
            do {
                try await body(Place(path: path, gate: gate, group: group))
            } catch {
                tasks.cancelAll()
                throw error
            }
            await gate.open()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    static func dispatcher(_ gate: Gate) -> JSONRPCDispatcher {
        TestService.dispatcher { table in
            table.add("wait", summary: "Waits at the gate.", parameters: []) { (_: NoParameters, _) in
                await gate.pass()
                try Task.checkCancellation()
                return "passed"
            }
            table.add("megabyte", summary: "Answers a megabyte.", parameters: []) { (_: NoParameters, _) in
                String(repeating: "m", count: 1 << 20)
            }
            table.add(
                "count",
                summary: "Sends notifications before it answers.",
                parameters: [
                    ParameterDescription("word", type: .string, summary: "What the notifications say.")
                ]
            ) { (word: TestService.Word, context) in
                for _ in 0..<3 { _ = try context.notify("counted", word) }
                return 3
            }
        }
    }
}
