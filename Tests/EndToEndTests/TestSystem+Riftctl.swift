import Foundation
import Supervision

extension TestSystem {
    /// Runs `riftctl` to its end; what it printed, and its exit code.
    func riftctl(_ arguments: String...) async throws -> (text: String, code: Int32) {
        let log = "\(directory)/riftctl-\(UUID().uuidString).log"
        let process = ManagedProcess(
            ProcessSpecification(
                name: "riftctl",
                executable: try TestSystem.required("RIFTSYNC_BIN_DIR") + "/riftctl",
                arguments: arguments,
                environment: environment,
                logFile: log
            )
        )
        try await process.start()
        let exit = try await process.waitForExit(within: .seconds(60))
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        if case .exited(let code) = exit { return (text, code) }
        throw TestFailure("riftctl \(arguments) ended with \(exit): \(text)")
    }
}
