import Foundation
import Testing

@testable import ServiceRuntime

/// The socket directory is private or refused.
@Suite struct RuntimeDirectoryTests {
    private func withScratch(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("rt-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test func isMadeWithItsParentsAndIsPrivate() throws {
        try withScratch { scratch in
            let path = scratch + "/a/b/run"
            try RuntimeDirectory.prepare(path)
            try RuntimeDirectory.prepare(path)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test func oneThatOthersCanEnterIsRefused() throws {
        try withScratch { scratch in
            let path = scratch + "/run"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            chmod(path, 0o755)
            #expect(
                throws: StartupError.configuration(
                    "RUNTIME_DIR \(path) can be entered by others; make it private: chmod 700 \(path)"
                )
            ) { try RuntimeDirectory.prepare(path) }
        }
    }

    @Test func aFileInItsPlaceIsRefused() throws {
        try withScratch { scratch in
            let path = scratch + "/run"
            try "x".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(
                throws: StartupError.configuration(
                    "RUNTIME_DIR \(path) is not a directory; name one, or remove what is there"
                )
            ) { try RuntimeDirectory.prepare(path) }
        }
    }
}
