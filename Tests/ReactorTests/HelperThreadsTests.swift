import Glibc
import Reactor
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HelperThreadsTests {
    @Test func deliversWhatTheWorkReturns() async {
        let outcome = await HelperThreads().run(until: .now + .seconds(10)) { 42 }
        guard case .value(42) = outcome else {
            Issue.record("no value: \(outcome)")
            return
        }
    }

    @Test func callerGoesOnAtItsDeadlineWhileTheWorkHangs() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let reading = ends[0]
        let outcome = await HelperThreads().run(until: .now + .milliseconds(30)) {
            var byte: UInt8 = 0
            return Glibc.read(reading, &byte, 1)
        }
        guard case .timedOut = outcome else {
            Issue.record("no time-out: \(outcome)")
            return
        }
        close(ends[1])  // lets the thread go
    }

    @Test func moreCallsThanThreadsAllRun() async {
        let threads = HelperThreads()
        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 1...60 {
                group.addTask {
                    if case .value(let value) = await threads.run(until: .now + .seconds(20), { number }) {
                        value
                    } else {
                        0
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 60 * 61 / 2)
    }

    @Test func cancellationEndsTheWait() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let reading = ends[0]
        let task = Task {
            await HelperThreads().run(until: .now + .seconds(30)) {
                var byte: UInt8 = 0
                return Glibc.read(reading, &byte, 1)
            }
        }
        task.cancel()
        guard case .cancelled = await task.value else {
            Issue.record("the wait went on")
            return
        }
        close(ends[1])
    }
}
