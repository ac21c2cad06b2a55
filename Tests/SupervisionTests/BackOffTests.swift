import Supervision
import Testing

@Suite("BackOff")
struct BackOffTests {
    @Test func doublesUpToTheLongestWait() {
        var backOff = BackOff(first: .milliseconds(100), longest: .milliseconds(500), stableAfter: .seconds(30))
        let waits = (0..<5).map { _ in backOff.wait(afterRunOf: .zero) }
        #expect(
            waits == [
                .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(500), .milliseconds(500),
            ]
        )
        #expect(backOff.failures == 5)
    }

    @Test func aStableRunForgetsEarlierFailures() {
        var backOff = BackOff(first: .milliseconds(100), longest: .seconds(10), stableAfter: .seconds(30))
        for _ in 0..<6 { _ = backOff.wait(afterRunOf: .seconds(1)) }
        #expect(backOff.wait(afterRunOf: .seconds(30)) == .milliseconds(100))
        #expect(backOff.wait(afterRunOf: .seconds(29)) == .milliseconds(200))
    }

    @Test func manyFailuresStayAtTheLongestWait() {
        var backOff = BackOff()
        var last = Duration.zero
        for _ in 0..<10_000 { last = backOff.wait(afterRunOf: .zero) }
        #expect(last == .seconds(30))
    }
}
