import Supervision
import Testing

@Suite("RestartStateMachine")
struct RestartStateMachineTests {
    private let backOff = BackOff(first: .milliseconds(100), longest: .seconds(1), stableAfter: .seconds(10))
    private let start = ContinuousClock.now

    private func running() -> RestartStateMachine {
        var machine = RestartStateMachine(backOff: backOff)
        #expect(machine.start() == .launch)
        machine.didLaunch(at: start)
        machine.didBecomeReady()
        #expect(machine.state == .running)
        return machine
    }

    @Test func startsOnce() {
        var machine = RestartStateMachine(backOff: backOff)
        #expect(machine.start() == .launch)
        #expect(machine.state == .starting)
        #expect(machine.start() == .none)
    }

    @Test func aDeathIsFollowedByAWaitAndANewStart() {
        var machine = running()
        #expect(machine.didExit(.signaled(9), at: start + .seconds(1)) == .wait(.milliseconds(100)))
        #expect(machine.state == .restarting)
        #expect(machine.lastExit == .signaled(9))
        #expect(machine.backOffElapsed() == .launch)
        #expect(machine.state == .starting)
        #expect(machine.restarts == 1)
    }

    @Test func waitsGrowWhileItDiesAtOnceAndShrinkAfterALongRun() {
        var machine = running()
        var now = start
        for expected in [100, 200, 400, 800, 1000, 1000] {
            #expect(machine.didExit(.exited(69), at: now) == .wait(.milliseconds(expected)))
            #expect(machine.backOffElapsed() == .launch)
            machine.didLaunch(at: now)
        }
        now += .seconds(11)
        #expect(machine.didExit(.exited(69), at: now) == .wait(.milliseconds(100)))
    }

    @Test(arguments: [Int32(64), 78])
    func whatAnotherStartDoesNotMendIsNotStartedAgain(code: Int32) {
        var machine = running()
        #expect(machine.didExit(.exited(code), at: start) == .finish)
        #expect(machine.state == .failed)
        #expect(machine.backOffElapsed() == .none)
        #expect(machine.stop() == .finish)
    }

    @Test(arguments: [Int32(0), 1, 69, 70, 75])
    func anyOtherEndIsFollowedByANewStart(code: Int32) {
        var machine = running()
        #expect(machine.didExit(.exited(code), at: start) == .wait(.milliseconds(100)))
    }

    @Test func anAskedForEndIsTheEnd() {
        var machine = running()
        #expect(machine.stop() == .none)
        #expect(machine.state == .stopping)
        #expect(machine.didExit(.exited(0), at: start) == .finish)
        #expect(machine.state == .stopped)
        #expect(machine.restarts == 0)
    }

    @Test func stoppedWhileWaitingItIsNotStartedAgain() {
        var machine = running()
        _ = machine.didExit(.signaled(11), at: start)
        #expect(machine.stop() == .finish)
        #expect(machine.backOffElapsed() == .none)
        #expect(machine.state == .stopped)
    }

    @Test func aLateAnswerDoesNotReviveIt() {
        var machine = running()
        _ = machine.didExit(.signaled(9), at: start)
        machine.didBecomeReady()
        #expect(machine.state == .restarting)
        _ = machine.stop()
        machine.didBecomeReady()
        #expect(machine.state == .stopped)
    }

    @Test func aServiceThatWasToldToEndIsReplacedWithoutAGrowingWait() {
        let start = ContinuousClock.now
        var machine = RestartStateMachine()
        _ = machine.start()
        for _ in 0..<20 {
            machine.didLaunch(at: start)
            machine.didBecomeReady()
            #expect(machine.didExit(.exited(0), at: start) == .wait(BackOff().first))
            #expect(machine.backOffElapsed() == .launch)
        }
        // One that ends before it is ready is another matter.
        machine.didLaunch(at: start)
        #expect(machine.didExit(.exited(0), at: start) == .wait(BackOff().first))
        #expect(machine.backOffElapsed() == .launch)
        machine.didLaunch(at: start)
        #expect(machine.didExit(.exited(0), at: start) == .wait(BackOff().first * 2))
    }
}
