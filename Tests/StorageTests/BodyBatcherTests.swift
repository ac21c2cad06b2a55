import Postgres
import Synchronization
import Testing

@testable import Storage

/// What goes together, what waits, and what one caller's end means for the others; without a database.
@Suite(.timeLimit(.minutes(1))) struct BodyBatcherTests {
    /// A place to write to that answers when it is told to, and remembers what came.
    final class Sink: Sendable {
        private struct State {
            var batches: [[Int]] = []
            var held: [CheckedContinuation<Void, Never>] = []
            var isHolding = true
        }

        private let state = Mutex(State())
        let limits: BatchLimits
        let bad: @Sendable (Int) -> (any Error)?

        init(limits: BatchLimits, bad: @escaping @Sendable (Int) -> (any Error)? = { _ in nil }) {
            self.limits = limits
            self.bad = bad
        }

        var batches: [[Int]] { state.withLock { $0.batches } }

        func write(_ entries: [Int]) async throws -> [String] {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let goesOn = state.withLock { state in
                        state.batches.append(entries)
                        if state.isHolding { state.held.append(continuation) }
                        return !state.isHolding
                    }
                    if goesOn { continuation.resume() }
                }
            } onCancel: {
                open()
            }
            try Task.checkCancellation()
            if let error = entries.compactMap(bad).first { throw error }
            return entries.map { "\($0)" }
        }

        /// Lets go what is held, and everything from now on.
        func open() {
            let held = state.withLock { state in
                state.isHolding = false
                defer { state.held = [] }
                return state.held
            }
            for continuation in held { continuation.resume() }
        }

        func batcher() -> BodyBatcher<Int, String> { BodyBatcher(limits: limits) { try await self.write($0) } }
    }

    private struct Refusal: Error {}

    /// Waits until `condition` holds, which it does after a bounded number of turns of other tasks.
    private func until(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while !condition() {
            try #require(ContinuousClock.now < deadline, "what was waited for does not come")
            await Task.yield()
        }
    }

    /// Stores 1 to `count` one after the other behind a batch of number 0 that is being written; their results.
    private func results(
        of count: Int,
        bytes: Int = 1,
        in sink: Sink
    ) async throws -> [Int: Result<String, any Error>] {
        let batcher = sink.batcher()
        return try await withThrowingTaskGroup(of: (Int, Result<String, any Error>).self) { group in
            for number in 0...count {
                group.addTask {
                    do {
                        return (number, .success(try await batcher.store { (number, bytes) }))
                    } catch {
                        return (number, .failure(error))
                    }
                }
                try await until { number == 0 ? sink.batches == [[0]] : batcher.counts.waiting == number }
            }
            sink.open()
            var results: [Int: Result<String, any Error>] = [:]
            for try await (number, result) in group { results[number] = result }
            #expect(batcher.counts == (0, 0), "something was left behind")
            return results
        }
    }

    private func limits(bodies: Int = 8, bytes: Int = 1_000, queued: Int = 100) -> BatchLimits {
        BatchLimits(bodies: bodies, bytes: bytes, queuedBodies: queued, concurrentBatches: 1, patience: .zero)
    }

    @Test(arguments: [(1, [1]), (7, [7]), (8, [8]), (9, [8, 1]), (20, [8, 8, 4])])
    func whatArrivesDuringABatchGoesTogetherUpToTheLimit(count: Int, sizes: [Int]) async throws {
        let sink = Sink(limits: limits())
        let results = try await results(of: count, in: sink)
        #expect(sink.batches.map(\.count) == [1] + sizes)
        #expect(sink.batches.flatMap { $0 } == Array(0...count), "in the order of their arrival")
        for (number, result) in results { #expect(try result.get() == "\(number)") }
    }

    @Test(arguments: [(400, [2, 2, 2]), (500, [2, 2, 2]), (501, [1, 1, 1, 1, 1, 1]), (5_000, [1, 1, 1, 1, 1, 1])])
    func theBytesOfABatchAreLimitedAndALargeBodyGoesAlone(bytes: Int, sizes: [Int]) async throws {
        let sink = Sink(limits: limits())
        let results = try await results(of: 6, bytes: bytes, in: sink)
        #expect(sink.batches.map(\.count) == [1] + sizes)
        #expect(results.count == 7)
    }

    @Test func aBatchThatIsRefusedForWhatIsInItIsWrittenBodyByBody() async throws {
        let sink = Sink(limits: limits()) { $0 == 3 ? PostgresError.unexpectedResult("bad") : nil }
        let results = try await results(of: 5, in: sink)
        #expect(sink.batches == [[0], [1, 2, 3, 4, 5], [1], [2], [3], [4], [5]])
        for number in [0, 1, 2, 4, 5] { #expect(try results[number]?.get() == "\(number)") }
        #expect(throws: PostgresError.unexpectedResult("bad")) { _ = try results[3]?.get() }
    }

    @Test func aFailureThatIsNotOfTheBodiesIsEverybodysAndNotTriedBodyByBody() async throws {
        let sink = Sink(limits: limits()) { $0 == 3 ? PostgresError.busy("no connection") : nil }
        let results = try await results(of: 5, in: sink)
        #expect(sink.batches == [[0], [1, 2, 3, 4, 5]])
        for number in 1...5 { #expect(throws: PostgresError.self) { _ = try results[number]?.get() } }
    }

    @Test func whenTooManyWaitOneMoreIsRefused() async throws {
        let sink = Sink(limits: limits(queued: 2))
        let batcher = sink.batcher()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<3 {
                group.addTask { _ = try await batcher.store { (number, 1) } }
                try await until { number == 0 ? sink.batches.count == 1 : batcher.counts.waiting == number }
            }
            let error = await #expect(throws: PostgresError.self) { try await batcher.store { (3, 1) } }
            #expect(error?.code == .poolExhausted)
            sink.open()
            try await group.waitForAll()
        }
        #expect(sink.batches == [[0], [1, 2]] && batcher.counts == (0, 0))
    }

    @Test func aBodyWaitsForThoseThatAreBeingDecoded() async throws {
        var limits = limits()
        limits.patience = .seconds(3_600)
        let sink = Sink(limits: limits)
        sink.open()
        let batcher = sink.batcher()
        let decoding = Sink(limits: limits)
        async let first = batcher.store {
            _ = try await decoding.write([1])
            return (1, 1)
        }
        try await until { decoding.batches.count == 1 }
        async let second = batcher.store { (2, 1) }
        try await until { batcher.counts.waiting == 1 }
        #expect(sink.batches.isEmpty)
        decoding.open()
        let outcomes = try await [first, second]
        #expect(outcomes == ["1", "2"])
        #expect(sink.batches == [[2, 1]])
    }

    @Test func aBodyDoesNotWaitForOneThatCannotBeDecoded() async throws {
        var limits = limits()
        limits.patience = .seconds(3_600)
        let sink = Sink(limits: limits)
        sink.open()
        let batcher = sink.batcher()
        let decoding = Sink(limits: limits)
        async let broken: String = batcher.store {
            _ = try await decoding.write([1])
            throw Refusal()
        }
        try await until { decoding.batches.count == 1 }
        async let whole = batcher.store { (2, 1) }
        try await until { batcher.counts.waiting == 1 }
        decoding.open()
        let outcome = try await whole
        #expect(outcome == "2")
        do {
            let impossible = try await broken
            Issue.record("it was stored: \(impossible)")
        } catch is Refusal {}
        #expect(batcher.counts == (0, 0))
    }

    @Test func aBodyWaitsForOthersOnlyForAMoment() async throws {
        var limits = limits()
        limits.patience = .milliseconds(1)
        let sink = Sink(limits: limits)
        sink.open()
        let batcher = sink.batcher()
        let decoding = Sink(limits: limits)
        async let slow = batcher.store {
            _ = try await decoding.write([1])
            return (1, 1)
        }
        try await until { decoding.batches.count == 1 }
        #expect(try await batcher.store { (2, 1) } == "2")
        decoding.open()
        let outcome = try await slow
        #expect(outcome == "1")
    }

    @Test func whoIsCancelledWhileWaitingIsNotWritten() async throws {
        let sink = Sink(limits: limits())
        let batcher = sink.batcher()
        async let first = batcher.store { (0, 1) }
        try await until { sink.batches.count == 1 }
        let second = Task { try await batcher.store { (1, 1) } }
        async let third = batcher.store { (2, 1) }
        try await until { batcher.counts.waiting == 2 }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        sink.open()
        let outcomes = try await [first, third]
        #expect(outcomes == ["0", "2"])
        #expect(sink.batches == [[0], [2]])
    }

    @Test func writingGoesOnForThoseWhoAreLeft() async throws {
        let sink = Sink(limits: limits(bodies: 2))
        var limits = limits(bodies: 2)
        limits.patience = .seconds(3_600)
        let batcher = BodyBatcher<Int, String>(limits: limits) { try await sink.write($0) }
        let decoding = Sink(limits: limits)
        let first = Task {
            try await batcher.store {
                _ = try await decoding.write([1])
                return (1, 1)
            }
        }
        try await until { decoding.batches.count == 1 }
        let second = Task { try await batcher.store { (2, 1) } }
        try await until { batcher.counts.waiting == 1 }
        decoding.open()
        try await until { sink.batches == [[2, 1]] }
        first.cancel()
        sink.open()
        #expect(try await second.value == "2")
        #expect(try await first.value == "1", "it was written, and that is what its caller learns")
    }

    @Test func writingIsCancelledWhenNobodyIsLeft() async throws {
        let sink = Sink(limits: limits())
        let batcher = sink.batcher()
        let alone = Task { try await batcher.store { (7, 1) } }
        try await until { sink.batches == [[7]] }
        alone.cancel()
        await #expect(throws: CancellationError.self) { try await alone.value }
        #expect(batcher.counts == (0, 0))
    }

    @Test func decodingIsBounded() async throws {
        let gate = DecodeGate(width: 2)
        let running = Running()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { await gate.pass { running.passThrough() } } }
        }
        let counts = running.counts
        #expect(counts.done == 50 && counts.now == 0 && counts.most <= 2)
    }

    /// Counts how many are inside at a time.
    private final class Running: Sendable {
        private let state = Mutex((now: 0, most: 0, done: 0))

        var counts: (now: Int, most: Int, done: Int) { state.withLock { $0 } }

        func passThrough() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
            state.withLock { state in
                state.now -= 1
                state.done += 1
            }
        }
    }
}
