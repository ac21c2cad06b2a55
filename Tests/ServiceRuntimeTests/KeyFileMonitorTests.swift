import Foundation
import Testing

@testable import ServiceRuntime

/// What is found in the file of the key, look by look, on a real file system.
@Suite(.timeLimit(.minutes(1))) struct KeyFileMonitorTests {
    private static let old = Secret("RGAPI-old-0123456789")
    private static let new = Secret("RGAPI-new-0123456789")

    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID())").path
    private var path: String { directory + "/key" }

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try write(Self.old.reveal() + "\n")
    }

    private func write(_ text: String, to path: String? = nil) throws {
        // Not atomically: the same file with another content.
        try Data(text.utf8).write(to: URL(fileURLWithPath: path ?? self.path))
    }

    private func replace(with text: String) throws {
        try write(text, to: path + ".new")
        #expect(rename(path + ".new", path) == 0)
    }

    /// A monitor that has judged the file once.
    private func monitor() -> KeyFileMonitor {
        var monitor = KeyFileMonitor(path: path, key: Self.old)
        #expect(monitor.look(insisting: false) == .unsettled)
        #expect(monitor.look(insisting: false) == .nothing)
        return monitor
    }

    private func withScratch(_ body: () throws -> Void) rethrows {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body()
    }

    @Test func aFileThatTakesTheOldOnesPlaceIsRead() throws {
        try withScratch {
            var monitor = monitor()
            try replace(with: Self.new.reveal())
            #expect(monitor.look(insisting: false) == .unsettled)
            #expect(monitor.look(insisting: false) == .changed(Self.new))
            #expect(monitor.look(insisting: false) == .nothing)
        }
    }

    @Test func aKeyThatWasReplacedBeforeTheFirstLookIsNoticed() throws {
        try withScratch {
            var monitor = KeyFileMonitor(path: path, key: Self.old)
            try replace(with: Self.new.reveal())
            #expect(monitor.look(insisting: false) == .unsettled)
            #expect(monitor.look(insisting: false) == .changed(Self.new))
        }
    }

    @Test func aFileThatIsBeingWrittenIsNeverReadByHalves() throws {
        try withScratch {
            var monitor = monitor()
            for text in ["", "RGAPI-", "RGAPI-new-01234"] {
                try write(text)
                #expect(monitor.look(insisting: false) == .unsettled, "\(text)")
            }
            try write(Self.new.reveal())
            #expect(monitor.look(insisting: false) == .unsettled)
            #expect(monitor.look(insisting: false) == .changed(Self.new))
        }
    }

    @Test func aProblemIsToldOnceAndMended() throws {
        try withScratch {
            let problems: [(text: String, reason: String)] = [
                ("", "is empty; it must hold the key and nothing else"),
                (" \n", "is empty; it must hold the key and nothing else"),
                ("RGAPI-a RGAPI-b", "must hold the key and nothing else"),
                (String(repeating: "k", count: 300), "must be a key of 1 to 256 printable characters without spaces"),
                (String(repeating: "k", count: 5_000), "is longer than 4096 bytes"),
                ("RGAPI-\u{7}bell", "must be a key of 1 to 256 printable characters without spaces"),
            ]
            for (text, reason) in problems {
                var monitor = monitor()
                try write(text)
                #expect(monitor.look(insisting: false) == .unsettled)
                #expect(monitor.look(insisting: false) == .problem(reason))
                #expect(monitor.look(insisting: false) == .nothing)
                #expect(monitor.look(insisting: true) == .problem(reason))
                try write(Self.old.reveal())
                #expect(monitor.look(insisting: false) == .unsettled)
                #expect(monitor.look(insisting: false) == .same)
                #expect(monitor.look(insisting: false) == .nothing)
            }
        }
    }

    @Test func aFileThatVanishesLeavesTheKeyAndIsTakenUpAgain() throws {
        try withScratch {
            var monitor = monitor()
            #expect(unlink(path) == 0)
            #expect(monitor.look(insisting: false) == .unsettled)
            #expect(monitor.look(insisting: false) == .problem("cannot be opened: No such file or directory"))
            #expect(monitor.look(insisting: false) == .nothing)
            try write(Self.new.reveal())
            #expect(monitor.look(insisting: false) == .unsettled)
            #expect(monitor.look(insisting: false) == .changed(Self.new))
        }
    }

    @Test func whatIsNoFileIsNotOpened() throws {
        withScratch {
            var monitor = monitor()
            #expect(unlink(path) == 0)
            #expect(mkfifo(path, 0o600) == 0)
            #expect(
                monitor.look(insisting: true)
                    == .problem("is no regular file, so that a new key in it cannot be noticed")
            )
        }
    }

    @Test func onSIGHUPTheFileIsBelievedAtOnce() throws {
        try withScratch {
            var monitor = monitor()
            #expect(monitor.look(insisting: true) == .same)
            try replace(with: Self.new.reveal())
            #expect(monitor.look(insisting: true) == .changed(Self.new))
        }
    }

    /// In a process of its own, because it gives up the rights of root, who may read everything.
    @Test func aFileThatMayNotBeReadIsTriedUntilItMay() async {
        await #expect(processExitsWith: .success) {
            let path = "/tmp/riftsync-key-\(getpid())"
            defer { unlink(path) }
            try Data("RGAPI-old-0123456789".utf8).write(to: URL(fileURLWithPath: path))
            var monitor = KeyFileMonitor(path: path, key: Secret("RGAPI-old-0123456789"))
            _ = monitor.look(insisting: true)
            #expect(chmod(path, 0) == 0)
            let isRoot = geteuid() == 0
            if isRoot { #expect(seteuid(65_534) == 0) }
            #expect(monitor.look(insisting: false) == .unsettled)
            #expect(monitor.look(insisting: false) == .problem("cannot be opened: Permission denied"))
            #expect(monitor.look(insisting: false) == .nothing)
            if isRoot { #expect(seteuid(0) == 0) }
            #expect(chmod(path, 0o600) == 0)
            #expect(monitor.look(insisting: false) == .unsettled)
            #expect(monitor.look(insisting: false) == .same)
        }
    }
}
