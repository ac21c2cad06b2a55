@testable import Postgres
import Testing

@Suite struct PoolStateMachineTests {
    private typealias Actions = PoolStateMachine.Actions
    private typealias Grant = PoolStateMachine.Grant

    private let start = ContinuousClock.now

    private func machine(_ change: (inout PoolStateMachine.Options) -> Void = { _ in }) -> PoolStateMachine {
        var options = PoolStateMachine.Options()
        options.maximumConnections = 2
        options.queue = 3
        change(&options)
        return PoolStateMachine(options: options)
    }

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    private func request(
        _ machine: inout PoolStateMachine,
        _ id: UInt64,
        at time: Int = 0,
        deadline: Int = 10_000
    ) -> PoolStateMachine.Actions {
        machine.request(id, deadline: at(deadline), now: at(time))
    }

    @Test func opensOneConnectionPerWaiterUpToTheLimit() {
        var machine = machine()
        #expect(request(&machine, 1) == Actions(connect: [1]))
        #expect(request(&machine, 2) == Actions(connect: [2]))
        #expect(request(&machine, 3) == Actions())
        #expect(machine.connected(2, now: at(5)) == Actions(grants: [Grant(request: 1, connection: 2)]))
        #expect(machine.connected(1, now: at(6)) == Actions(grants: [Grant(request: 2, connection: 1)]))
        #expect(machine.counts == (0, 2, 0, 1))
        #expect(machine.release(2, isUsable: true, now: at(7)) == Actions(grants: [Grant(request: 3, connection: 2)]))
    }

    @Test func lendsTheConnectionUsedLast() {
        var machine = machine()
        _ = request(&machine, 1)
        _ = request(&machine, 2)
        _ = machine.connected(1, now: at(0))
        _ = machine.connected(2, now: at(0))
        _ = machine.release(2, isUsable: true, now: at(1))
        _ = machine.release(1, isUsable: true, now: at(2))
        #expect(request(&machine, 3, at: 3) == Actions(grants: [Grant(request: 3, connection: 1)]))
        #expect(request(&machine, 4, at: 3) == Actions(grants: [Grant(request: 4, connection: 2)]))
    }

    @Test func asksForALookAfterALongerPause() {
        var machine = machine { $0.checkAfterIdle = .milliseconds(500) }
        _ = request(&machine, 1)
        _ = machine.connected(1, now: at(0))
        _ = machine.release(1, isUsable: true, now: at(1))
        #expect(request(&machine, 2, at: 500).grants == [Grant(request: 2, connection: 1, mustCheck: false)])
        _ = machine.release(1, isUsable: true, now: at(600))
        #expect(request(&machine, 3, at: 1_100).grants == [Grant(request: 3, connection: 1, mustCheck: true)])
    }

    @Test func theQueueIsBounded() {
        var machine = machine()
        for id in 1...3 { _ = request(&machine, UInt64(id)) }
        #expect(request(&machine, 4) == Actions(refusals: [(4, .queueFull)]))
        let isCancelled = machine.cancel(2)
        #expect(isCancelled)
        #expect(request(&machine, 5) == Actions())
        let isCancelledAgain = machine.cancel(2)
        #expect(!isCancelledAgain)
    }

    @Test func waitersAreRefusedAtTheirDeadlineInTheirOrder() {
        var machine = machine()
        _ = request(&machine, 1, deadline: 100)
        _ = request(&machine, 2, deadline: 50)
        #expect(machine.nextWake == at(50))
        #expect(machine.wake(now: at(49)) == Actions())
        #expect(machine.wake(now: at(50)) == Actions(refusals: [(2, .timedOut)]))
        #expect(machine.nextWake == at(100))
        #expect(machine.wake(now: at(500)) == Actions(refusals: [(1, .timedOut)]))
        #expect(machine.nextWake == nil)
        #expect(machine.connected(1, now: at(600)) == Actions())
        #expect(machine.counts == (1, 0, 1, 0))
    }

    @Test func aFailedConnectRefusesAllWhoWaitAtOnce() {
        var machine = machine()
        for id in 1...3 { _ = request(&machine, UInt64(id)) }
        #expect(machine.connectFailed(1, now: at(1)) == Actions())
        #expect(
            machine.connectFailed(2, now: at(2))
                == Actions(refusals: [(1, .connectFailed), (2, .connectFailed), (3, .connectFailed)])
        )
        #expect(machine.counts == (0, 0, 0, 0))
        #expect(machine.nextWake == nil)
    }

    @Test func afterFailuresOneAttemptAtATimeWithGrowingPauses() {
        var machine = machine {
            $0.backOffBase = .milliseconds(100)
            $0.backOffMaximum = .milliseconds(350)
        }
        _ = request(&machine, 1)
        _ = machine.connectFailed(1, now: at(0))
        var now = 0
        for (attempt, pause) in [100, 200, 350, 350].enumerated() {
            let first = UInt64(10 + 2 * attempt)
            #expect(request(&machine, first, at: now) == Actions())
            #expect(request(&machine, first + 1, at: now) == Actions())
            #expect(machine.nextWake == at(now + pause))
            #expect(machine.wake(now: at(now + pause - 1)).connect.isEmpty)
            now += pause
            let connection = UInt64(2 + attempt)
            #expect(machine.wake(now: at(now)).connect == [connection])
            #expect(machine.nextWake == at(10_000))
            #expect(machine.connectFailed(connection, now: at(now)).refusals.count == 2)
        }
    }

    @Test func aServerThatIsBackIsUsedInFull() {
        var machine = machine { $0.backOffBase = .milliseconds(100) }
        _ = request(&machine, 1)
        _ = machine.connectFailed(1, now: at(0))
        _ = request(&machine, 2, at: 1)
        _ = request(&machine, 3, at: 1)
        #expect(machine.wake(now: at(100)).connect == [2])
        #expect(
            machine.connected(2, now: at(101)) == Actions(grants: [Grant(request: 2, connection: 2)], connect: [3])
        )
    }

    @Test func waitersStayWhileOthersHoldConnections() {
        var machine = machine { $0.backOffBase = .milliseconds(100) }
        _ = request(&machine, 1)
        _ = machine.connected(1, now: at(0))
        #expect(request(&machine, 2) == Actions(connect: [2]))
        #expect(machine.connectFailed(2, now: at(1)) == Actions())
        #expect(machine.nextWake == at(101))
        #expect(machine.release(1, isUsable: true, now: at(5)) == Actions(grants: [Grant(request: 2, connection: 1)]))
    }

    @Test func brokenConnectionsAreClosedAndReplaced() {
        var machine = machine { $0.maximumConnections = 1 }
        _ = request(&machine, 1)
        _ = machine.connected(1, now: at(0))
        _ = request(&machine, 2, at: 1)
        #expect(machine.release(1, isUsable: false, now: at(2)) == Actions(close: [1], connect: [2]))
        #expect(machine.connected(2, now: at(3)) == Actions(grants: [Grant(request: 2, connection: 2)]))
    }

    @Test func idleConnectionsGoAfterAWhile() {
        var machine = machine { $0.idleTimeout = .seconds(1) }
        _ = request(&machine, 1)
        _ = request(&machine, 2)
        _ = machine.connected(1, now: at(0))
        _ = machine.connected(2, now: at(0))
        _ = machine.release(1, isUsable: true, now: at(100))
        _ = machine.release(2, isUsable: true, now: at(300))
        #expect(machine.nextWake == at(1_100))
        #expect(machine.wake(now: at(1_100)) == Actions(close: [1]))
        #expect(machine.nextWake == at(1_300))
        #expect(machine.wake(now: at(1_300)) == Actions(close: [2]))
        #expect(machine.nextWake == nil)
    }

    @Test func oldConnectionsAreReplacedWhenTheyComeBack() {
        var machine = machine { $0.maximumAge = .seconds(10) }
        _ = request(&machine, 1)
        _ = machine.connected(1, now: at(0))
        _ = machine.release(1, isUsable: true, now: at(9_999))
        _ = request(&machine, 2, at: 10_000)
        #expect(machine.release(1, isUsable: true, now: at(11_001)) == Actions(close: [1]))
        #expect(machine.counts == (0, 0, 0, 0))
    }

    @Test func closingRefusesEverybodyAndClosesWhatComesBack() {
        var machine = machine()
        _ = request(&machine, 1)
        _ = request(&machine, 2)
        _ = request(&machine, 3)
        _ = machine.connected(1, now: at(0))
        #expect(machine.close() == Actions(refusals: [(2, .closed), (3, .closed)]))
        #expect(request(&machine, 4) == Actions(refusals: [(4, .closed)]))
        #expect(machine.connected(2, now: at(1)) == Actions(close: [2]))
        #expect(machine.release(1, isUsable: true, now: at(2)) == Actions(close: [1]))
        #expect(machine.counts == (0, 0, 0, 0))
        #expect(machine.nextWake == nil)
    }

    /// Random events; whatever happens, the limits hold and everybody who asked is answered exactly once.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func keepsItsPromisesUnderRandomEvents(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        var machine = machine {
            $0.maximumConnections = 3
            $0.queue = 5
            $0.idleTimeout = .milliseconds(200)
            $0.maximumAge = .milliseconds(900)
        }
        var open: Set<UInt64> = []
        var leased: Set<UInt64> = []
        var connecting: Set<UInt64> = []
        var waiting: Set<UInt64> = []
        var time = 0
        for id in 1...2_000 as ClosedRange<UInt64> {
            time += Int.random(in: 0...20, using: &random)
            var actions = PoolStateMachine.Actions()
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                waiting.insert(id)
                actions = request(&machine, id, at: time, deadline: time + Int.random(in: 1...100, using: &random))
            case 2:
                guard let connection = connecting.randomElement(using: &random) else { break }
                connecting.remove(connection)
                if Bool.random(using: &random) {
                    open.insert(connection)
                    actions = machine.connected(connection, now: at(time))
                } else {
                    actions = machine.connectFailed(connection, now: at(time))
                }
            case 3:
                guard let connection = leased.randomElement(using: &random) else { break }
                leased.remove(connection)
                let isUsable = Int.random(in: 0..<5, using: &random) > 0
                actions = machine.release(connection, isUsable: isUsable, now: at(time))
            case 4:
                if let request = waiting.randomElement(using: &random), machine.cancel(request) {
                    waiting.remove(request)
                }
            default: actions = machine.wake(now: at(time))
            }
            for grant in actions.grants {
                #expect(waiting.remove(grant.request) != nil)
                #expect(open.contains(grant.connection))
                #expect(leased.insert(grant.connection).inserted)
            }
            for refusal in actions.refusals { #expect(waiting.remove(refusal.request) != nil) }
            for connection in actions.close {
                #expect(open.remove(connection) != nil)
                #expect(!leased.contains(connection))
            }
            for connection in actions.connect { #expect(connecting.insert(connection).inserted) }
            #expect(open.count + connecting.count <= 3)
            #expect(waiting.count <= 5)
            let counts = machine.counts
            #expect(counts == (open.count - leased.count, leased.count, connecting.count, waiting.count))
            #expect(counts.idle == 0 || counts.waiting == 0)
        }
    }
}

/// SplitMix64: the same sequence for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
