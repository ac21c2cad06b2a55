import Foundation
import Supervision
import Testing

/// A directory of one test, short enough for Unix sockets, that a server's own user may enter; removed afterwards.
func withScratch(_ body: (String) async throws -> Void) async throws {
    let name = UUID().uuidString.prefix(8).lowercased()
    let directory = FileManager.default.temporaryDirectory.appending(path: "sup-\(name)").path
    try FileManager.default.createDirectory(
        atPath: directory,
        withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o711]
    )
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try await body(directory)
}

/// A shell script as a process.
func script(_ text: String, in directory: String, instance: String = "script") -> ProcessSpecification {
    ProcessSpecification(
        name: "script",
        instance: instance,
        executable: "/bin/sh",
        arguments: ["-c", text],
        environment: ["PATH": "/usr/bin:/bin", "SCRATCH": directory],
        logFile: "\(directory)/\(instance).log"
    )
}

/// Ready as soon as the process has made this file.
func whenFileExists(_ path: String) -> Readiness {
    Readiness { _ in FileManager.default.fileExists(atPath: path) ? .ready : .notYet("\(path) is not there") }
}

/// Looks until the condition holds; an error when it does not within some seconds.
func eventually(
    _ what: String,
    within patience: Duration = .seconds(10),
    _ holds: @Sendable @escaping () async -> Bool
) async throws {
    let finding = await Readiness { _ in await holds() ? .ready : .notYet(what) }.wait(until: .now + patience)
    try #require(finding == .ready, "\(what)")
}
