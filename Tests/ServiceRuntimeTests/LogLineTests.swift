import Foundation
import Logging
import Testing

@testable import ServiceRuntime

/// The exact text of log lines, and their bounds.
@Suite struct LogLineTests {
    private func line(_ message: String, _ metadata: Logger.Metadata = [:]) -> LogLine {
        LogLine(
            milliseconds: 1_795_474_867_123,
            level: .warning,
            service: "match-worker",
            instance: "match-worker-2",
            message: message,
            metadata: metadata
        )
    }

    private func json(_ line: LogLine) -> String { String(decoding: line.encoded(as: .json), as: UTF8.self) }

    @Test func jsonHasAFixedOrder() {
        let text = json(
            line("stored", ["match": "NA1_1", "attempt": .stringConvertible(2), "cold": .stringConvertible(true)])
        )
        #expect(
            text
                == #"{"ts":"2026-11-23T23:01:07.123Z","level":"warning","service":"match-worker","#
                + #""instance":"match-worker-2","message":"stored","attempt":2,"cold":true,"match":"NA1_1"}"# + "\n"
        )
    }

    @Test func textIsForPeople() {
        let text = String(
            decoding: line("two\nlines", ["match": "NA1_1", "why": "no \"permit\""]).encoded(as: .text),
            as: UTF8.self
        )
        #expect(text == "23:01:07.123 WARNING  match-worker-2: two lines  match=NA1_1  why=\"no \\\"permit\\\"\"\n")
    }

    @Test func everythingIsEscapedIntoOneLineOfValidJSON() throws {
        let nasty = "quote \" back \\ tab \t nul \u{0} newline \n high 😀 del \u{7F}"
        let text = json(line(nasty, ["list": ["a", .dictionary(["k": "v\n"])], "level": "shadowed"]))
        #expect(text.filter { $0 == "\n" }.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["message"] as? String == nasty)
        #expect(object["level"] as? String == "warning")
        #expect(object["level_"] as? String == "shadowed")
        #expect((object["list"] as? [Any])?.count == 2)
    }

    @Test(arguments: ["x", "é", "😀", "\u{0}", "\""])
    func noLineIsLongerThanAPipeTakesWhole(unit: String) throws {
        let long = String(repeating: unit, count: 10_000)
        let metadata = Dictionary(
            uniqueKeysWithValues: (0..<20).map { ("key\($0)", Logger.MetadataValue.string(long)) }
        )
        for format in [LogFormat.json, .text] {
            let bytes = line(long, metadata).encoded(as: format)
            #expect(bytes.count <= LogLine.maximumBytes)
            #expect(String(validating: bytes, as: UTF8.self) != nil)
        }
        let object = try JSONSerialization.jsonObject(with: Data(line(long, metadata).encoded(as: .json)))
        #expect((object as? [String: Any])?["truncated"] as? Bool == true)
    }

    @Test func aStalledReaderCostsLinesAndNotTime() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let sink = LogSink(descriptor: ends[1])
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 1_023) + [UInt8(ascii: "\n")]
        for _ in 0..<200 { sink.write(text) { _ in Array("dropped\n".utf8) } }
        #expect(sink.droppedLines > 100)
        let capacity = 200 - sink.droppedLines
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        #expect(read(ends[0], &buffer, buffer.count) == capacity * 1_024)
        // With room again, the loss is told before the next line.
        let lost = sink.droppedLines
        sink.write(Array("after\n".utf8)) { Array("lost \($0)\n".utf8) }
        let count = read(ends[0], &buffer, buffer.count)
        #expect(String(decoding: buffer[..<count], as: UTF8.self) == "lost \(lost)\nafter\n")
    }

    @Test func aMaskedSecretNeverLeaves() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let sink = LogSink(descriptor: ends[1])
        sink.mask(Secret("RGAPI-0123456789"))
        sink.write(Array("a RGAPI-0123456789 b RGAPI-0123456789\n".utf8)) { _ in [] }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(ends[0], &buffer, buffer.count)
        #expect(String(decoding: buffer[..<count], as: UTF8.self) == "a *** b ***\n")
    }

    @Test func theLevelChangesForAllLoggersButThoseSetByHand() {
        let control = LogLevelControl(.info)
        let sink = LogSink(descriptor: -1)
        var logger = Logger(label: "test") { _ in
            ServiceLogHandler(service: "a", instance: "a", format: .json, sink: sink, control: control)
        }
        #expect(logger.logLevel == .info)
        control.level = .trace
        #expect(logger.logLevel == .trace)
        logger.logLevel = .error
        control.level = .debug
        #expect(logger.logLevel == .error)
    }
}
