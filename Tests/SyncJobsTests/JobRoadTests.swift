import JSONRPC
import Logging
import Testing
import WorkQueue

@testable import SyncJobs

@Suite struct JobRoadTests {
    private let road = JobRoad(
        dispatcher: JSONRPCDispatcher(MethodTable(service: "test", version: "1"), logger: Logger(label: "test")),
        policy: JobKind.match.retryPolicy,
        logger: Logger(label: "test")
    )

    @Test func aPauseThatRiotAsksForCostsNoAttempt() {
        let outcome = road.outcome(of: .rateLimited(after: .milliseconds(3250), "429"), attempt: 5)
        #expect(outcome == .snooze(after: .milliseconds(3250), reason: "429"))
    }

    @Test(arguments: ["postgresql", "redis", "riot-key"])
    func aPartThatIsDownCostsNoAttempt(dependency: String) {
        let outcome = road.outcome(of: .dependencyDown(dependency, "away"), attempt: 5)
        #expect(outcome == .snooze(after: JobRoad.dependencyPause, reason: "away"))
    }

    @Test func aBadAnswerOfRiotIsTriedAgainAfterTheTimeThatWasAskedFor() {
        let outcome = road.outcome(of: .riotFailed("503", after: .seconds(7)), attempt: 4)
        #expect(outcome == .retry(after: .seconds(7), maximumAttempts: 5, reason: "503"))
    }

    @Test func theLastAttemptThatFailsGivesTheJobUp() {
        let outcome = road.outcome(of: .riotFailed("503", after: nil), attempt: 5)
        #expect(outcome == .failed(reason: "503 (after 5 attempts)"))
    }

    @Test func aJobThatCanNeverRunIsGivenUpAtOnce() {
        for error in [
            JSONRPCError.invalidParameters("match_id: x"), .notFound("no task"),
            JSONRPCError(.methodNotFound, "nonsense"),
        ] {
            guard case .failed = road.outcome(of: error, attempt: 1) else {
                Issue.record("\(error.message) was not given up")
                continue
            }
        }
    }

    @Test func aServiceThatStopsGivesTheJobBackAtOnce() {
        #expect(
            road.outcome(of: .shuttingDown, attempt: 1)
                == .snooze(after: .zero, reason: JSONRPCError.shuttingDown.message)
        )
    }

    @Test func aJobWithoutAnIDIsGivenUp() async {
        let job = WorkQueue.ClaimedJob(
            id: "match:NA1_1",
            token: 1,
            attempt: 1,
            payload: #"{"jsonrpc":"2.0","method":"x"}"#,
            lane: "americas",
            kind: "match"
        )
        guard case .failed = await road.run(job, followUp: { _ in nil }) else {
            Issue.record("a notification cannot be answered for")
            return
        }
    }

    @Test(arguments: 1...4)
    func aBadAnswerWithoutATimeIsTriedAgainAsThePolicySays(attempt: Int) {
        let outcome = road.outcome(of: .riotFailed("500", after: nil), attempt: attempt)
        guard case .retry(let pause, maximumAttempts: 5, reason: "500") = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(pause >= .seconds(1) && pause <= JobKind.match.retryPolicy.ceiling(afterAttempt: attempt))
    }
}
