import Testing

@testable import riftctl

@Suite("Lines drawn again in their place")
struct LiveScreenTests {
    private func draw(_ screen: inout LiveScreen, _ lines: [StyledLine], columns: Int = 20, rows: Int = 10) -> String {
        screen.draw(lines, columns: columns, rows: rows, isColoured: false)
    }

    @Test func theNextPictureCoversTheLast() {
        var screen = LiveScreen()
        #expect(draw(&screen, ["one", "two"]) == "\r\u{1B}[2Kone\n\u{1B}[2Ktwo\n\u{1B}[J")
        #expect(draw(&screen, ["three"]) == "\r\u{1B}[2A\u{1B}[2Kthree\n\u{1B}[J")
        #expect(draw(&screen, ["four"]) == "\r\u{1B}[1A\u{1B}[2Kfour\n\u{1B}[J")
    }

    /// A terminal that became narrower shows a line on several rows.
    @Test func linesThatWereBrokenMeanwhileAreCovered() {
        var screen = LiveScreen()
        _ = draw(&screen, [StyledLine(String(repeating: "x", count: 20)), "", "y"])
        #expect(draw(&screen, ["z"], columns: 9).hasPrefix("\r\u{1B}[5A"))
    }

    @Test func whatDoesNotFitIsCounted() {
        var screen = LiveScreen()
        let lines = (1...9).map { StyledLine("\($0)") }
        let picture = draw(&screen, lines, columns: 40, rows: 6)
        #expect(picture.contains("4\n\u{1B}[2K... 5 lines more than fit\n\u{1B}[J"))
        #expect(!picture.contains("\u{1B}[2K5"))
        #expect(draw(&screen, ["end"], columns: 40, rows: 6).hasPrefix("\r\u{1B}[5A"))
    }
}
