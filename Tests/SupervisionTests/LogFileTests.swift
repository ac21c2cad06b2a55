import Foundation
import Glibc
import Testing

@testable import Supervision

@Suite("LogFile")
struct LogFileTests {
    @Test func keepsItselfSmallWhileSomebodyWrites() async throws {
        try await withScratch { directory in
            let log = LogFile(path: directory + "/a.log")
            let writer = open(log.path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
            defer { close(writer) }
            for number in 1...1000 { say("line \(number)", to: writer) }
            #expect(!log.trim(limit: 100_000))
            #expect(log.trim(limit: 1_000))
            #expect(log.size == 0)
            let older = LogFile(path: directory + "/a.log.1")
            #expect(older.size == 1_000)
            #expect(older.lastLines(1) == ["line 1000"])
            say("after", to: writer)
            #expect(log.lastLines(5) == ["after"])
            #expect(log.size == 6)
        }
    }

    @Test func lastLinesOfALargeFileAreWhole() async throws {
        try await withScratch { directory in
            let log = LogFile(path: directory + "/a.log")
            #expect(log.lastLines(3).isEmpty)
            let writer = open(log.path, O_WRONLY | O_APPEND | O_CREAT, 0o600)
            defer { close(writer) }
            for number in 1...5000 { say("line \(number)", to: writer) }
            #expect(log.lastLines(2) == ["line 4999", "line 5000"])
            #expect(log.lastLines(100_000).allSatisfy { $0.hasPrefix("line ") })
        }
    }

    @Test func isForItsOwnerOnly() async throws {
        try await withScratch { directory in
            let process = ManagedProcess(script("exit 0", in: directory))
            try await process.start()
            _ = try await process.waitForExit(within: .seconds(10))
            let log = process.specification.logFile
            let mode = try FileManager.default.attributesOfItem(atPath: log)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    private func say(_ line: String, to descriptor: Int32) {
        let bytes = Array((line + "\n").utf8)
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
    }
}
