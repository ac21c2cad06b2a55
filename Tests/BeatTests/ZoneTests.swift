import Foundation
import TestSupport
import Testing

@testable import beat

/// Offsets of time zones, against what `date` makes of the same files.
@Suite struct ZoneTests {
    /// Both hemispheres, offsets of parts of an hour, changes of half an hour and of two, at midnight, before the first
    /// of a month, without daylight saving, with it the other way round, and a day that was left out.
    private static let zones = [
        "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Sydney", "Australia/Lord_Howe",
        "Asia/Kolkata", "Africa/Casablanca", "Europe/Dublin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Tehran",
        "America/Havana", "Pacific/Auckland", "Antarctica/Troll", "America/Nuuk", "Africa/Cairo", "Pacific/Chatham",
    ]

    private static var isInstalled: Bool { FileManager.default.fileExists(atPath: ZoneDirectory.system.path) }

    /// The offsets that `date` (coreutils and the C library) tells, in seconds.
    private func expected(_ zone: String, _ seconds: [Int64]) throws -> [Int64] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["TZ=\(zone)", "date", "--file=-", "+%::z"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        let text = seconds.map { "@\($0)\n" }.joined()
        let writer = Thread { [handle = input.fileHandleForWriting] in
            handle.write(Data(text.utf8))
            try? handle.close()
        }
        writer.start()
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return lines.split(separator: "\n").map { line in
            let parts = line.dropFirst().split(separator: ":").compactMap { Int64($0) }
            return (line.hasPrefix("-") ? -1 : 1) * (parts[0] * 3_600 + parts[1] * 60 + parts[2])
        }
    }

    @Test(.enabled(if: isInstalled), arguments: zones)
    func offsetsAreThoseOfTheSystem(zone: String) throws {
        let rules = try ZoneDirectory.system.rules(named: zone)
        var random = SeededGenerator(seed: 7)
        var seconds = (0..<600).map { _ in Int64.random(in: -5_000_000_000...16_000_000_000, using: &random) }
        // Both sides of every change between 2020 and 2040.
        var second: Int64 = 1_577_836_800
        while let end = rules.span(at: second).end, end < 2_208_988_800 {
            seconds += [end - 1, end]
            second = end
        }
        #expect(seconds.map(rules.offset) == (try expected(zone, seconds)))
    }

    @Test(.enabled(if: isInstalled), arguments: zones)
    func spansFollowEachOther(zone: String) throws {
        let rules = try ZoneDirectory.system.rules(named: zone)
        var span = rules.span(at: -6_000_000_000)
        while let end = span.end, end < 20_000_000_000 {
            let next = rules.span(at: end)
            #expect(next.start == end && next.offsetBefore == span.offset)
            #expect(rules.span(at: end - 1) == span)
            span = next
        }
    }

    @Test func utcNeedsNoFiles() throws {
        let nowhere = ZoneDirectory(path: "/nowhere")
        #expect(try nowhere.rules(named: "UTC") == .utc)
        #expect(try nowhere.rules(named: "Etc/UTC") == .utc)
        #expect(TimeZoneRules.utc.span(at: 0) == .init(start: nil, end: nil, offset: 0, offsetBefore: 0))
        let error = #expect(throws: ZoneError.self) { try nowhere.rules(named: "Europe/Berlin") }
        #expect(error?.description.hasSuffix("(package tzdata); without them only UTC can be used") == true)
    }

    @Test(
        arguments: ["", "..", "../etc/passwd", "/etc/passwd", "Europe//Berlin", "a/b/c/d", "Europe/Berlin ", "a.b"]
    )
    func namesThatLeadElsewhereAreNone(name: String) {
        let error = #expect(throws: ZoneError.self) { try ZoneDirectory.system.rules(named: name) }
        #expect(error?.description.contains("is no name of a time zone; they are like Europe/Berlin, or UTC") == true)
    }

    @Test(.enabled(if: isInstalled))
    func aZoneThatIsNotThereIsRefused() {
        #expect(
            throws: ZoneError(
                "there is no zone \"Europe/Berln\" in /usr/share/zoneinfo; zones are called like Europe/Berlin, or UTC"
            )
        ) { try ZoneDirectory.system.rules(named: "Europe/Berln") }
        #expect(throws: ZoneError.self) { try ZoneDirectory.system.rules(named: "Europe") }
    }

    /// A file of version 2: one hour ahead until second 1000, then what the footer says.
    private func file(version: Character = "2", leaps: UInt8 = 0, type: UInt8 = 1, footer: String = "XXX-2") -> [UInt8]
    {
        func header(_ transitions: UInt8, _ types: UInt8) -> [UInt8] {
            Array("TZif\(version)".utf8) + Array(repeating: 0, count: 15)
                + [0, 0, leaps, transitions, types, 2].flatMap { [0, 0, 0, $0] }
        }
        let types: [UInt8] = [0, 0, 0x0E, 0x10, 0, 0, 0, 0, 0x1C, 0x20, 0, 0]
        return header(0, 1) + types.prefix(6) + [88, 0] + header(1, 2) + [0, 0, 0, 0, 0, 0, 0x03, 0xE8, type] + types
            + [88, 0] + Array("\n\(footer)\n".utf8)
    }

    @Test func aFileIsReadWhole() throws {
        let rules = try ZoneFile.rules(name: "X", file())
        #expect([999, 1_000, 9_999_999_999].map(rules.offset) == [3_600, 7_200, 7_200])
        #expect(rules.span(at: 1_000) == .init(start: 1_000, end: nil, offset: 7_200, offsetBefore: 3_600))
        #expect(try ZoneFile.rules(name: "X", file(footer: "")).offset(at: 9_999_999_999) == 7_200)
    }

    @Test func aFileThatEndsTooEarlyIsRefused() {
        let whole = file()
        for length in 0..<whole.count {
            #expect(throws: ZoneError.self, "\(length)") {
                try ZoneFile.rules(name: "X", Array(whole.prefix(length)))
            }
        }
    }

    @Test func filesThatCannotBeUsedAreRefused() {
        #expect(throws: ZoneError("is of the format's first version, which ends in 2037; install a newer tzdata")) {
            try ZoneFile.rules(name: "X", file(version: "\0"))
        }
        #expect(throws: ZoneError.self, "a type that there is not") { try ZoneFile.rules(name: "X", file(type: 2)) }
        #expect(throws: ZoneError.self, "leap seconds") { try ZoneFile.rules(name: "X", file(leaps: 1)) }
        #expect(throws: ZoneError.self, "no rule") { try ZoneFile.rules(name: "X", file(footer: "CET-1CEST")) }
        #expect(throws: ZoneError("is no time zone file")) { try ZoneFile.rules(name: "X", Array("TZ".utf8)) }
    }

    @Test func bytesOfAnyKindNeverTrap() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            var bytes = file()
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let rules = try? ZoneFile.rules(name: "X", bytes) { _ = rules.offset(at: 2_000_000_000) }
        }
    }
}
