import Storage
import Testing

@testable import riftctl

@Suite("Words of derive, rejected and migrate")
struct DeriveDisplayTests {
    private func counts(_ derived: Int, refused: Int = 0, damaged: Int = 0) -> Deriver.Counts {
        var counts = Deriver.Counts()
        counts.derived = derived
        counts.refused = refused
        counts.damaged = damaged
        return counts
    }

    @Test func progressHasRateAndTimeLeft() {
        #expect(
            DeriveDisplay.progress(counts(100), of: 400, after: .seconds(2))
                == "100 of 400 bodies (25 %), 50 a second, about 6 s left"
        )
        #expect(
            DeriveDisplay.progress(counts(4, refused: 1), of: 10, after: .seconds(2))
                == "5 of 10 bodies (50 %), 2.5 a second, about 2 s left, 1 refused"
        )
        #expect(DeriveDisplay.progress(counts(0), of: 0, after: .zero) == "0 of 0 bodies (100 %)")
        // More came than were counted at the beginning.
        #expect(DeriveDisplay.progress(counts(12), of: 10, after: .seconds(1)).hasPrefix("12 of 12 bodies (100 %)"))
    }

    @Test func withoutATerminalALineComesEveryTenSeconds() {
        var display = DeriveDisplay(total: 100, isTerminal: false)
        #expect(display.update(counts(1), after: .seconds(9)) == nil)
        #expect(display.update(counts(2), after: .seconds(10)) != nil)
        #expect(display.update(counts(3), after: .seconds(19)) == nil)
        #expect(display.update(counts(4), after: .seconds(21)) != nil)
        var live = DeriveDisplay(total: 100, isTerminal: true)
        #expect(live.update(counts(1), after: .milliseconds(1)) != nil)
    }

    @Test func theSummarySaysWhatWasNotDone() {
        #expect(
            DeriveDisplay.summary(counts(90, damaged: 10), after: .seconds(10))
                == "The rows of 90 bodies were made again in 10 s, 10 a second, 10 damaged."
        )
    }

    @Test func columnsAreAligned() {
        let table = TextTable(header: ["A", "LONG"], rows: [["long", "x"], ["b", "y"]])
        #expect(table.lines == ["A     LONG", "long  x", "b     y"])
    }

    @Test func timesAreShownToTheSecond() {
        #expect(EpochText.second(1_750_000_000_999) == "2025-06-15 15:06:40Z")
    }

    @Test func rejectedBodiesAreNamedAsTheirJobs() {
        #expect(RejectedName(argument: "NA1_5")?.description == "NA1_5")
        #expect(RejectedName(argument: "timeline:NA1_5")?.description == "timeline:NA1_5")
        for wrong in ["", "NA1", "match:", ":NA1_5", "ranks:NA1_5", "match:match:NA1_5", "NA1_5; x"] {
            #expect(RejectedName(argument: wrong) == nil, "\(wrong)")
        }
    }
}
