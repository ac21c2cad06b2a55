import Testing

@testable import riftctl

@Suite("Progress")
struct ProgressDisplayTests {
    private let start = ContinuousClock.now

    private func report(_ processed: Int, of total: Int = 200, step: String = "processing_matches") -> SyncReport {
        SyncReport(
            status: "PROGRESS",
            step: step,
            progress: processed * 100 / total,
            processed: processed,
            total: total
        )
    }

    @Test func withoutATerminalThereIsALinePerTenPerCent() {
        var display = ProgressDisplay(isTerminal: false)
        var lines: [String] = []
        for processed in 0...200 {
            if case .line(let line) = display.update(report(processed), at: start, width: 80) { lines.append(line) }
        }
        #expect(lines.count == 11)
        #expect(lines.first == "processing matches, 0 of 200")
        #expect(lines.last == "processing matches, 200 of 200")
    }

    @Test func aNewStepIsALineAndSoIsALongWait() {
        var display = ProgressDisplay(isTerminal: false)
        #expect(display.update(report(3), at: start, width: 80) != .nothing)
        #expect(display.update(report(4), at: start + .seconds(1), width: 80) == .nothing)
        #expect(display.update(report(5), at: start + .seconds(16), width: 80) != .nothing)
        #expect(display.update(report(5), at: start + .seconds(40), width: 80) == .nothing, "it would say the same")
        #expect(display.update(report(5, step: "updating_stats"), at: start + .seconds(41), width: 80) != .nothing)
    }

    @Test func theBarIsFullAtTheEndOnly() {
        let bars = [0, 199, 200].map { ProgressDisplay.bar(report($0), width: 80) }
        #expect(bars[0].hasPrefix("[........................] 0 %"))
        #expect(bars[1].hasPrefix("[#######################.] 99 %"))
        #expect(bars[2].hasPrefix("[########################] 100 %"))
    }

    @Test func whatItWaitsForIsSaid() {
        var waiting = report(5)
        waiting.waitingFor = "key"
        waiting.rateLimitedUntil = "2025-01-01T00:00:00Z"
        #expect(
            ProgressDisplay.words(waiting)
                == "processing matches, 5 of 200, waiting: Riot rejects the key until 2025-01-01T00:00:00Z"
        )
    }

    @Test func theSummaryCountsWhatIsThere() {
        var success = SyncReport(status: "SUCCESS")
        success.summonerName = "Demo#NA1"
        success.year = 2025
        success.totalMatches = 12
        success.newMatches = 7
        success.existingMatches = 2
        success.failedMatches = ["NA1_1", "NA1_2"]
        success.unavailableMatches = 1
        success.riotRequests = 20
        success.durationSeconds = 3
        #expect(
            SyncSummary(success).lines == [
                "Demo#NA1 in 2025: 12 matches, 7 new, 2 already held",
                "    1 unavailable at Riot; 2 failed (NA1_1, NA1_2)",
                "    20 requests in 3 s",
            ]
        )
        #expect(SyncSummary(SyncReport(status: "FAILURE", error: "No.")).lines == ["Failed: No."])
    }
}
