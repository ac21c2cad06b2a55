import Testing

@testable import JSONRPC

@Suite struct FrameMachineTests {
    private func frames(_ chunks: [String], limit: Int = 100) -> [String] {
        var machine = FrameMachine(frameLimit: limit, skipLimit: 1000)
        var found: [String] = []
        for chunk in chunks {
            machine.receive(chunk.utf8)
            while let event = machine.next() { found.append(Self.text(event)) }
        }
        while let event = machine.finish() { found.append("end:" + Self.text(event)) }
        return found
    }

    private static func text(_ event: FrameMachine.Event) -> String {
        switch event {
        case .frame(let bytes): String(decoding: bytes, as: UTF8.self)
        case .oversize: "OVERSIZE"
        case .hopeless: "HOPELESS"
        }
    }

    @Test func linesAreFrames() {
        #expect(frames(["a\nbc\n"]) == ["a", "bc"])
        #expect(frames(["a\r\nb\n"]) == ["a", "b"])
        #expect(frames(["\n\r\n\n a\n\n"]) == [" a"])
        #expect(frames(["a\rb\r\r\n"]) == ["a\rb\r"])
        #expect(frames([""]) == [])
    }

    @Test func theLastLineNeedsNoLineFeed() {
        #expect(frames(["a\nb"]) == ["a", "end:b"])
        #expect(frames(["b\r"]) == ["end:b"])
        #expect(frames(["\r"]) == [])
    }

    @Test func everySplitGivesTheSameFrames() {
        let text = "{\"a\":1}\n\r\n[1,2]\r\nlast"
        let expected = ["{\"a\":1}", "[1,2]", "end:last"]
        for first in 0...text.utf8.count {
            for second in first...text.utf8.count {
                let units = Array(text.utf8)
                let chunks = [units[..<first], units[first..<second], units[second...]]
                #expect(frames(chunks.map { String(decoding: $0, as: UTF8.self) }) == expected)
            }
        }
        #expect(frames(text.map(String.init)) == expected)
    }

    @Test(arguments: ["\n", "\r\n"]) func theLimitIsExact(ending: String) {
        for (length, isFrame) in [(99, true), (100, true), (101, false), (102, false), (500, false)] {
            let line = String(repeating: "x", count: length)
            let expected = [isFrame ? line : "OVERSIZE", "ok"]
            #expect(frames([line + ending + "ok\n"]) == expected)
            #expect(frames((line + ending + "ok\n").map(String.init)) == expected)
        }
        #expect(frames([String(repeating: "x", count: 101)]) == ["end:OVERSIZE"])
        #expect(frames([String(repeating: "x", count: 100)]) == ["end:" + String(repeating: "x", count: 100)])
    }

    @Test func aSenderWithoutLineFeedsIsHopeless() {
        let chunk = String(repeating: "x", count: 50)
        let events = frames(Array(repeating: chunk, count: 21))
        #expect(events.first == "HOPELESS")
        #expect(frames(Array(repeating: chunk, count: 20) + ["\nok\n"]) == ["OVERSIZE", "ok"])
    }

    @Test func unfinishedFramesAreKnown() {
        var machine = FrameMachine(frameLimit: 10, skipLimit: 100)
        func isUnfinished(after text: String) -> Bool {
            machine.receive(text.utf8)
            while machine.next() != nil {}
            return machine.hasUnfinishedFrame
        }
        #expect(!isUnfinished(after: ""))
        #expect(isUnfinished(after: "ab"))
        #expect(!isUnfinished(after: "\n"))
        #expect(isUnfinished(after: "\n0123456789abc"))
        #expect(isUnfinished(after: "d"))
        #expect(!isUnfinished(after: "\n"))
    }

    @Test func aMillionSingleBytesCostOnePassEach() {
        var machine = FrameMachine()
        var early = 0
        for _ in 0..<1_000_000 {
            machine.receive(CollectionOfOne(UInt8(ascii: "x")))
            if machine.next() != nil { early += 1 }
        }
        machine.receive(CollectionOfOne(UInt8(ascii: "\n")))
        let last = machine.next()
        #expect(early == 0)
        #expect(last == .frame([UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)))
    }
}
