import Foundation
import Glibc
import Supervision
import TestSupport
import Testing

/// `riftctl up` in the foreground, with servers of its own.
@Suite(.timeLimit(.minutes(3))) struct StackTests {
    @Test func aStackThatIsToldToEndAgainAndAgainEndsAndLeavesNothingRunning() async throws {
        let directory = try TestSystem.scratchDirectory()
        try #require(chmod(directory, 0o711) == 0)  // PostgreSQL runs as another user when this is root
        let stack = ManagedProcess(
            ProcessSpecification(
                name: "riftctl",
                executable: try TestSystem.required("RIFTSYNC_BIN_DIR") + "/riftctl",
                arguments: ["up", "--no-demo"],
                environment: [
                    "PATH": "/usr/bin:/bin", "RUNTIME_DIR": "\(directory)/run", "DATA_DIR": "\(directory)/data",
                    "GATEWAY_PORT": String(try LoopbackSocket.freePort()),
                ],
                logFile: "\(directory)/up.log"
            )
        )
        let identity = try await stack.start()
        #expect(await Arrival.comes { stack.lastLogLines(100).contains { $0.hasPrefix("Ready") } }, "it is ready")
        let impatient = Task.detached {
            // More than any queue of signals holds, all the time until it is over.
            while !Task.isCancelled, identity.signal(SIGINT) { await Task.yield() }
        }
        let exit = try? await stack.waitForExit(within: .seconds(60))
        impatient.cancel()
        await impatient.value
        #expect(exit == .exited(0), "\(stack.lastLogLines(20))")
        await stack.kill()
        let left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { pid in
            guard let words = try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8) else { return false }
            return words.contains(directory)
        }
        #expect(left.isEmpty, "processes that still run")
        try FileManager.default.removeItem(atPath: directory)
    }
}
