import Testing

@testable import RiotClient

/// The limits of an answer's pace, with instants that a test chooses.
@Suite struct TransferPhaseTests {
    private let start = ContinuousClock.now

    private var pace: AnswerPace {
        var pace = AnswerPace()
        pace.headersWithin = .seconds(6)
        pace.bodySpan = .seconds(3)
        pace.bytesPerSpan = 1000
        return pace
    }

    @Test func leavesTheConnectionToLibcurl() {
        var phase = TransferPhase(pace: pace)
        #expect(phase.deadline == nil)
        #expect(phase.overdue(at: start + .seconds(1000), headerBytes: 0, bodyBytes: 0) == nil)
    }

    @Test func waitsForHeadersUntilTheirLimit() {
        var phase = TransferPhase(pace: pace)
        phase.didSend(at: start)
        #expect(phase.deadline == start + .seconds(6))
        #expect(phase.overdue(at: start + .milliseconds(5999), headerBytes: 0, bodyBytes: 0) == nil)
        let silent = phase.overdue(at: start + .seconds(6), headerBytes: 0, bodyBytes: 0)
        #expect(silent?.code == .responseTimedOut)
        #expect(silent?.message == "no answer within 6 s")
        let begun = phase.overdue(at: start + .seconds(6), headerBytes: 9, bodyBytes: 0)
        #expect(begun?.message == "only a part of the answer's headers within 6 s")
    }

    /// A body that is slow but steady goes on, span after span; the first span with too little ends it.
    @Test func asksEverySpanForItsBytes() {
        var phase = TransferPhase(pace: pace)
        phase.didSend(at: start)
        phase.didReceiveHeaders(at: start + .seconds(1))
        #expect(phase.overdue(at: start + .seconds(3), headerBytes: 9, bodyBytes: 0) == nil)
        #expect(phase.overdue(at: start + .seconds(4), headerBytes: 9, bodyBytes: 1000) == nil)
        #expect(phase.deadline == start + .seconds(7))
        #expect(phase.overdue(at: start + .seconds(8), headerBytes: 9, bodyBytes: 3000) == nil)
        #expect(phase.deadline == start + .seconds(11))
        let stalled = phase.overdue(at: start + .seconds(11), headerBytes: 9, bodyBytes: 3999)
        #expect(stalled?.code == .stalled)
        #expect(stalled?.message == "the answer stalled: only 999 bytes of its body within 3 s")
    }

    /// Every phase ends before the whole request does, and that before the permit.
    @Test func phasesFitIntoTheWhole() throws {
        let configuration = RiotConfiguration(key: try RiotKey("k"))
        #expect(configuration.connectTimeout + configuration.pace.headersWithin < configuration.requestTimeout)
        #expect(configuration.pace.headersWithin + configuration.pace.bodySpan < configuration.requestTimeout)
        #expect(configuration.requestTimeout < LimiterTiming.permitLifetime)
    }

    @Test(arguments: [(Duration.seconds(3), "3 s"), (.milliseconds(250), "0.25 s"), (.milliseconds(1500), "1.5 s")])
    func writesSeconds(duration: Duration, text: String) {
        #expect(duration.inSeconds == text)
    }
}
