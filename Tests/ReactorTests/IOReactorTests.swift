import Glibc
import Reactor
import Synchronization
import Testing

/// A pipe whose ends the test owns.
private struct Pipe {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
    }

    func put(_ count: Int = 1) {
        let bytes = [UInt8](repeating: 1, count: count)
        _ = Glibc.write(writing, bytes, count)
    }

    func closeEnds() {
        close(reading)
        close(writing)
    }
}

/// An actor that lives on the reactor, as owners of C handles do.
private actor Resident {
    nonisolated var unownedExecutor: UnownedSerialExecutor { IOReactor.shared.asUnownedSerialExecutor() }
    private(set) var count = 0

    func increment() { count += 1 }

    func isOnReactor() -> Bool { IOReactor.shared.isIsolatingCurrentContext() == true }

    func isOnReactorAfterWait(_ descriptor: Int32) async throws -> Bool {
        _ = try await IOReactor.shared.wait(descriptor: descriptor, for: .read, until: .now + .seconds(5))
        self.preconditionIsolated()
        return IOReactor.shared.isIsolatingCurrentContext() == true
    }
}

/// Tells tasks of a test to end.
private final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}

@Suite(.timeLimit(.minutes(1)))
struct IOReactorTests {
    private let reactor = IOReactor.shared

    @Test func aTaskThatPrefersTheReactorStaysOnItsThread() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        let resident = Resident()
        let places = Task(executorPreference: reactor.tasks) { [reactor] in
            var places = [reactor.isIsolatingCurrentContext()]
            await resident.increment()
            places.append(reactor.isIsolatingCurrentContext())
            async let event = reactor.wait(descriptor: pipe.reading, for: .read, until: .now + .seconds(5))
            pipe.put()
            _ = try await event
            places.append(reactor.isIsolatingCurrentContext())
            places.append(await Task { reactor.isIsolatingCurrentContext() }.value)
            places.append(reactor.isIsolatingCurrentContext())
            return places
        }
        #expect(try await places.value == [true, true, true, false, true])
        #expect(reactor.isIsolatingCurrentContext() == false)
        #expect(await resident.count == 1)
    }

    @Test func waitEndsWhenTheDescriptorIsReadable() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        async let events = reactor.wait(descriptor: pipe.reading, for: .read, until: .now + .seconds(5))
        pipe.put()
        #expect(try await events.contains(.read))
    }

    @Test func waitEndsAtOnceWhenTheDescriptorIsReadyAlready() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        pipe.put()
        #expect(try await reactor.wait(descriptor: pipe.reading, for: .read, until: .now + .seconds(5)).contains(.read))
        #expect(
            try await reactor.wait(descriptor: pipe.writing, for: .write, until: .now + .seconds(5)).contains(.write)
        )
    }

    @Test func waitEndsWhenThePeerCloses() async throws {
        let pipe = try Pipe()
        async let events = reactor.wait(descriptor: pipe.reading, for: .read, until: .now + .seconds(5))
        close(pipe.writing)
        #expect(try await !events.isEmpty)
        close(pipe.reading)
    }

    @Test func waitEndsAtItsDeadlineAndNotBefore() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        let start = ContinuousClock.now
        await #expect(throws: IOReactor.WaitError.timedOut) {
            try await reactor.wait(descriptor: pipe.reading, for: .read, until: start + .milliseconds(50))
        }
        #expect(start.duration(to: .now) >= .milliseconds(50))
    }

    @Test func deadlinesOfManyWaitsAllPass() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        let timedOut = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<400 {
                group.addTask {
                    do throws(IOReactor.WaitError) {
                        _ = try await reactor.wait(
                            descriptor: pipe.reading,
                            for: .read,
                            until: .now + .milliseconds(index % 40)
                        )
                        return false
                    } catch {
                        return error == .timedOut
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(timedOut == 400)
    }

    @Test func waitOfACancelledTaskEndsAtOnce() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await reactor.wait(descriptor: pipe.reading, for: .read, until: .now + .seconds(30))
        }
        await #expect(throws: IOReactor.WaitError.cancelled) { try await task.value }
    }

    @Test func cancellationEndsAWaitUnderWay() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        let start = ContinuousClock.now
        let task = Task {
            _ = try await reactor.wait(descriptor: pipe.reading, for: .read, until: start + .seconds(30))
        }
        await Task.yield()
        task.cancel()
        await #expect(throws: IOReactor.WaitError.cancelled) { try await task.value }
        #expect(start.duration(to: .now) < .seconds(5))
    }

    @Test func cancellationAfterReadinessChangesNothing() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        pipe.put()
        let task = Task {
            _ = try await reactor.wait(descriptor: pipe.reading, for: .read, until: .now + .seconds(30))
        }
        try await task.value
        task.cancel()
        _ = try await reactor.wait(descriptor: pipe.reading, for: .read, until: .now + .seconds(5))
    }

    @Test func cancellationsRacingReadinessLoseNoWaiter() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        var ended = 0
        for round in 0..<300 {
            let task = Task {
                _ = try? await reactor.wait(
                    descriptor: pipe.reading,
                    for: .read,
                    until: .now + .milliseconds(round % 3)
                )
            }
            if round % 2 == 0 { await Task.yield() }
            task.cancel()
            await task.value
            ended += 1
        }
        #expect(ended == 300)
    }

    @Test func tasksThatNeverPauseKeepNobodyFromHisDataOrHisDeadline() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        let reactor = IOReactor(name: "test-reactor")
        let isOver = Flag()
        defer { isOver.set() }
        // Each turn of the one is the other's next one: the reactor always has something to run.
        for _ in 0..<2 {
            Task(executorPreference: reactor.tasks) {
                while !isOver.isSet { await Task.yield() }
            }
        }
        await #expect(throws: IOReactor.WaitError.timedOut) {
            try await reactor.wait(descriptor: pipe.reading, for: .read, until: .now + .milliseconds(10))
        }
        async let events = reactor.wait(descriptor: pipe.reading, for: .read, until: .now + .seconds(30))
        pipe.put()
        #expect(try await events.contains(.read))
    }

    @Test func actorsOnTheReactorRunOnItsThread() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        let resident = Resident()
        #expect(await resident.isOnReactor())
        #expect(IOReactor.shared.isIsolatingCurrentContext() == false)
        pipe.put()
        #expect(try await resident.isOnReactorAfterWait(pipe.reading))
    }

    @Test func noEnqueueIsLost() async {
        let resident = Resident()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask { for _ in 0..<2_000 { await resident.increment() } }
            }
        }
        #expect(await resident.count == 32_000)
    }

    @Test func aSecondReactorHasAThreadOfItsOwn() async throws {
        let pipe = try Pipe()
        defer { pipe.closeEnds() }
        let other = IOReactor(name: "test-reactor")
        pipe.put()
        #expect(try await other.wait(descriptor: pipe.reading, for: .read, until: .now + .seconds(5)).contains(.read))
    }
}
