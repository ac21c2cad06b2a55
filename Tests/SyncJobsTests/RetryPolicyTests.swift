import Testing

@testable import SyncJobs

@Suite struct RetryPolicyTests {
    private static let policies = JobKind.allCases.map(\.retryPolicy)

    /// Numbers that repeat.
    private struct Steps: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    @Test func theTableSaysWhatIsMeant() {
        for kind in [JobKind.match, .timeline] {
            let expected = RetryPolicy(attempts: 5, firstPause: .seconds(2), longestPause: .seconds(300), stalls: 7)
            #expect(kind.retryPolicy == expected)
        }
        #expect(
            JobKind.player.retryPolicy
                == RetryPolicy(attempts: 5, firstPause: .seconds(2), longestPause: .seconds(60), stalls: 7)
        )
        // A hint that a run has ended is never given up.
        #expect(JobKind.completion.retryPolicy.attempts == .max && JobKind.completion.retryPolicy.stalls == .max)
    }

    @Test(arguments: policies)
    func thePauseStaysBetweenTheShortestAndTheCeiling(policy: RetryPolicy) {
        var random = Steps(state: 7)
        for attempt in -1...70 {
            let ceiling = policy.ceiling(afterAttempt: attempt)
            #expect(ceiling >= RetryPolicy.shortestPause && ceiling <= policy.longestPause)
            for _ in 0..<50 {
                let pause = policy.pause(afterAttempt: attempt, using: &random)
                #expect(pause >= RetryPolicy.shortestPause && pause <= ceiling)
            }
        }
    }

    @Test(arguments: policies)
    func theCeilingDoublesUntilItIsTheLongestPause(policy: RetryPolicy) {
        #expect(policy.ceiling(afterAttempt: 1) == policy.firstPause)
        for attempt in 1...40 {
            let (this, next) = (policy.ceiling(afterAttempt: attempt), policy.ceiling(afterAttempt: attempt + 1))
            #expect(next == min(this * 2, policy.longestPause))
        }
        #expect(policy.ceiling(afterAttempt: 40) == policy.longestPause)
    }

    /// Jobs that failed together come back spread over the whole pause.
    @Test(arguments: policies)
    func thePausesAreSpreadEvenly(policy: RetryPolicy) {
        var random = Steps(state: 11)
        let ceiling = policy.ceiling(afterAttempt: 4)
        let width = ceiling - RetryPolicy.shortestPause
        var quarters = [0, 0, 0, 0]
        for _ in 0..<4_000 {
            let part = (policy.pause(afterAttempt: 4, using: &random) - RetryPolicy.shortestPause) / width
            quarters[min(3, Int(part * 4))] += 1
        }
        #expect(quarters.allSatisfy { (850...1150).contains($0) }, "\(quarters)")
    }

    @Test(arguments: policies)
    func theLastAttemptIsTheLast(policy: RetryPolicy) {
        #expect(policy.allowsAttempt(after: 1))
        #expect(policy.allowsAttempt(after: policy.attempts - 1))
        #expect(!policy.allowsAttempt(after: policy.attempts))
    }
}
