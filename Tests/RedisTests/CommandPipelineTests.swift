import Testing

@testable import Redis

struct CommandPipelineTests {
    private let start = ContinuousClock.now

    private func pipeline(inFlight: Int = 2, waiting: Int = 3) -> CommandPipeline<String> {
        CommandPipeline(maximumInFlight: inFlight, maximumWaiting: waiting)
    }

    private func admit(
        _ names: [String],
        to pipeline: inout CommandPipeline<String>,
        timeout: Duration = .seconds(5),
        from first: UInt64 = 1
    ) throws {
        for (offset, name) in names.enumerated() {
            let command = try RedisCommand([RedisArgument(name)])
            let wasAdmitted = pipeline.admit(
                id: first + UInt64(offset),
                command,
                timeout: timeout,
                now: start,
                waiter: name
            )
            #expect(wasAdmitted)
        }
    }

    private func delivered(_ pipeline: inout CommandPipeline<String>) -> String? {
        if case .deliver(let waiter) = pipeline.didReceiveReply() { waiter } else { nil }
    }

    @Test func repliesGoToCallersInOrder() throws {
        var pipeline = pipeline()
        try admit(["a", "b"], to: &pipeline)
        #expect(pipeline.nextToSend(now: start)?.bytes == Array("a".utf8))
        #expect(pipeline.nextToSend(now: start)?.bytes == Array("b".utf8))
        #expect(pipeline.nextToSend(now: start) == nil)
        #expect(delivered(&pipeline) == "a")
        #expect(delivered(&pipeline) == "b")
        #expect(pipeline.isEmpty)
    }

    @Test func onlySoManyAreSentAndWait() throws {
        var pipeline = pipeline()
        try admit(["a", "b", "c"], to: &pipeline)
        let extra = try RedisCommand(["x"])
        let wasAdmitted = pipeline.admit(id: 9, extra, timeout: .seconds(1), now: start, waiter: "x")
        #expect(!wasAdmitted)
        _ = pipeline.nextToSend(now: start)
        _ = pipeline.nextToSend(now: start)
        #expect(pipeline.nextToSend(now: start) == nil)
        #expect(!pipeline.canSend)
        #expect(delivered(&pipeline) == "a")
        #expect(pipeline.canSend)
        #expect(pipeline.nextToSend(now: start)?.bytes == Array("c".utf8))
    }

    @Test func aCallerWhoGaveUpLeavesItsPlaceInTheOrder() throws {
        var pipeline = pipeline()
        try admit(["a", "b"], to: &pipeline)
        _ = pipeline.nextToSend(now: start)
        _ = pipeline.nextToSend(now: start)
        #expect(pipeline.abandon(1) == "a")
        #expect(pipeline.abandon(1) == nil)
        guard case .discard = pipeline.didReceiveReply() else {
            Issue.record("the late reply was given to somebody")
            return
        }
        #expect(delivered(&pipeline) == "b")
    }

    @Test func aCallerWhoGaveUpBeforeItWasSentIsNotSent() throws {
        var pipeline = pipeline()
        try admit(["a", "b"], to: &pipeline)
        #expect(pipeline.abandon(1) == "a")
        #expect(pipeline.nextToSend(now: start)?.bytes == Array("b".utf8))
        #expect(pipeline.abandon(77) == nil)
    }

    @Test func aReplyThatNobodyAskedForIsSeen() {
        var pipeline = pipeline()
        guard case .unexpected = pipeline.didReceiveReply() else {
            Issue.record("an unasked reply went unnoticed")
            return
        }
    }

    @Test func deadlinesPassForSentAndWaiting() throws {
        var pipeline = pipeline(inFlight: 1)
        try admit(["a"], to: &pipeline, timeout: .seconds(1))
        try admit(["b"], to: &pipeline, timeout: .seconds(2), from: 2)
        try admit(["c"], to: &pipeline, timeout: .seconds(9), from: 3)
        _ = pipeline.nextToSend(now: start)
        #expect(pipeline.nearestDeadline == start + .seconds(1))
        #expect(pipeline.expire(now: start + .milliseconds(999)).isEmpty)
        #expect(pipeline.expire(now: start + .seconds(1)) == ["a"])
        #expect(pipeline.nearestDeadline == start + .seconds(2))
        #expect(pipeline.expire(now: start + .seconds(2)) == ["b"])
        guard case .discard = pipeline.didReceiveReply() else {
            Issue.record("no tombstone")
            return
        }
        #expect(pipeline.nextToSend(now: start)?.bytes == Array("c".utf8))
    }

    @Test func aServerThatOwesAReplyStallsAfterTheLimit() throws {
        var pipeline = pipeline()
        #expect(pipeline.stallsAt(lastReceivedAt: start) == nil)
        try admit(["a"], to: &pipeline, timeout: .seconds(1))
        #expect(pipeline.stallsAt(lastReceivedAt: start) == nil)
        _ = pipeline.nextToSend(now: start + .seconds(2))
        #expect(pipeline.stallsAt(lastReceivedAt: start) == start + .seconds(2) + RedisLimits.stall)
        #expect(
            pipeline.stallsAt(lastReceivedAt: start + .seconds(3)) == start + .seconds(3)
                + RedisLimits.stall
        )
        var patient = self.pipeline()
        try admit(["a"], to: &patient, timeout: .seconds(60))
        _ = patient.nextToSend(now: start)
        #expect(patient.stallsAt(lastReceivedAt: start) == start + .seconds(60))
    }

    @Test func aLostConnectionFailsWhatWasSentAndKeepsTheRest() throws {
        var pipeline = pipeline(inFlight: 2)
        try admit(["a", "b", "c"], to: &pipeline)
        _ = pipeline.nextToSend(now: start)
        _ = pipeline.nextToSend(now: start)
        _ = pipeline.abandon(1)
        #expect(pipeline.didLoseConnection() == ["b"])
        #expect(pipeline.hasWaiting)
        #expect(pipeline.nextToSend(now: start)?.bytes == Array("c".utf8))
        #expect(pipeline.didLoseConnection() == ["c"])
        #expect(pipeline.failWaiting().isEmpty)
        #expect(pipeline.isEmpty)
    }
}
