import Glibc
import Logging

/// One process of a stack, started again when it dies.
///
/// Decisions are `RestartStateMachine`'s; this actor carries them out.
actor SupervisedProcess {
    nonisolated let specification: ProcessSpecification
    private let process: ManagedProcess
    private let readiness: Readiness
    private let readyPatience: Duration
    private let logger: Logger
    private let onChange: @Sendable () async -> Void
    private var machine: RestartStateMachine
    private var shownState = RestartStateMachine.State.idle
    private var since = SupervisedProcess.millisecondsNow
    private var lastFinding = Readiness.Finding.notYet("it has not answered")
    private var life: Task<Void, Never>?
    private var backOffTimer: Task<Void, Never>?

    init(
        _ specification: ProcessSpecification,
        readiness: Readiness,
        readyPatience: Duration,
        backOff: BackOff,
        logger: Logger,
        onChange: @escaping @Sendable () async -> Void
    ) {
        self.specification = specification
        self.process = ManagedProcess(specification)
        self.readiness = readiness
        self.readyPatience = readyPatience
        self.machine = RestartStateMachine(backOff: backOff)
        self.logger = logger
        self.onChange = onChange
    }

    /// Begins supervising and returns once the process has answered for the first time.
    ///
    /// - Throws: `unavailable` when the program cannot be started at all; `exited` when it ended in a way that starting
    ///   it again does not mend, or died again and again until `deadline`; `timedOut` when it runs and does not answer.
    ///   The message names the process and holds its last lines.
    func startAndWaitUntilReady() async throws(SupervisionError) {
        guard machine.start() == .launch else { return }
        let deadline = ContinuousClock.now + readyPatience
        try await launch()
        life = Task { await self.live() }  // awaited by `stop`
        while ContinuousClock.now < deadline, machine.state == .starting || machine.state == .restarting {
            do { try await Task.sleep(for: .milliseconds(5)) } catch { break }
        }
        if machine.state != .running { throw startFailure() }
    }

    /// Ends the process for good: in order, or at once when `abruptly`.
    func stop(abruptly: Bool) async {
        let action = machine.stop()
        backOffTimer?.cancel()
        await changed()
        if abruptly {
            await process.stopAbruptly()
        } else if action != .finish {
            await process.stop()
        }
        specification.listener?.refuse()
        await life?.value
    }

    /// What `status` shows.
    func status() async -> ProcessStatus {
        let identity = await process.identity
        return ProcessStatus(
            name: specification.name,
            instance: specification.instance,
            pid: identity?.pid,
            state: machine.state,
            socket: specification.socket,
            port: specification.port,
            restarts: machine.restarts,
            since: since,
            lastExit: machine.lastExit?.description,
            log: specification.logFile,
            stopSignal: specification.stopSignal,
            identity: identity
        )
    }

    // MARK: -

    private func launch() async throws(SupervisionError) {
        let identity = try await process.start()
        machine.didLaunch(at: .now)
        logger.debug("started", metadata: ["instance": "\(specification.instance)", "pid": "\(identity.pid)"])
        await changed()
    }

    /// Follows the process until it is not wanted any more or cannot be helped.
    private func live() async {
        while true {
            let watch = Task { await self.watchReadiness() }  // awaited below, when the process has ended
            let exit = await waitForExit()
            watch.cancel()
            await watch.value
            guard let exit else { return }
            let action = machine.didExit(exit, at: .now)
            guard case .wait(let pause) = action else {
                specification.listener?.refuse()  // before anybody is told that it is over
                return await changed()
            }
            await changed()
            logger.warning(
                "ended and will be started again",
                metadata: ["instance": "\(specification.instance)", "exit": "\(exit)", "in": "\(pause)"]
            )
            guard await relaunch(after: pause) else { return }
        }
    }

    private func waitForExit() async -> ProcessExit? {
        while true {
            do throws(SupervisionError) {
                return try await process.waitForExit(within: .seconds(3600))
            } catch {
                guard error.code == .timedOut else { return await process.lastExit }
            }
        }
    }

    /// Waits, then starts the program until it can be started; false when it is not wanted any more.
    private func relaunch(after pause: Duration) async -> Bool {
        var pause = pause
        while machine.state == .restarting {  // and not stopped meanwhile
            let timer = Task<Void, Never> { [pause] in try? await Task.sleep(for: pause) }  // awaited in the next line
            backOffTimer = timer
            await timer.value
            guard machine.backOffElapsed() == .launch else { return false }
            do {
                try await launch()
                return true
            } catch {
                logger.error("\(error)")
                guard case .wait(let longer) = machine.didExit(.exited(EX_UNAVAILABLE), at: .now) else { return false }
                pause = longer
                await changed()
            }
        }
        return false
    }

    /// Looks until the process answers; cancelled when it has ended.
    private func watchReadiness() async {
        var pause = Duration.milliseconds(5)
        while !Task.isCancelled, machine.state == .starting {
            lastFinding = await readiness.check(until: .now + .seconds(2))
            // Another program may have answered in the place of one that could not listen there.
            if lastFinding == .ready, await process.identity?.isAlive == true, !Task.isCancelled {
                machine.didBecomeReady()
                await changed()
                return
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    private func startFailure() -> SupervisionError {
        let name = specification.instance
        let lines = process.lastLogLines().map { "    " + $0 }
        let tail =
            lines.isEmpty
            ? " It printed nothing to \(specification.logFile)."
            : " Its last lines (\(specification.logFile)):\n" + lines.joined(separator: "\n")
        if Task.isCancelled { return SupervisionError(.cancelled, "The wait for \(name) was cancelled.") }
        if machine.state == .failed || machine.state == .restarting, let exit = machine.lastExit {
            return SupervisionError(.exited, "\(name) ended with \(exit) instead of getting ready.\(tail)")
        }
        guard case .notYet(let reason) = lastFinding else {
            return SupervisionError(.exited, "\(name) was stopped while it was starting.")
        }
        return SupervisionError(.timedOut, "\(name) is not ready after \(readyPatience): \(reason).\(tail)")
    }

    private func changed() async {
        if machine.state != shownState {
            shownState = machine.state
            since = Self.millisecondsNow
        }
        await onChange()
    }

    /// Milliseconds since 1970.
    private static var millisecondsNow: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
