import Glibc
import Subprocess
import SystemPackage

/// One program that can be started, signalled, ended and started again.
///
/// It leads a session of its own, so a Ctrl-C typed at our terminal does not reach it, and it inherits no descriptor but
/// its log. When nobody stops it, it outlives us.
public actor ManagedProcess {
    private enum State {
        case idle
        case launching
        case running(ProcessIdentity)
        case exited(ProcessExit)
    }

    /// What is started.
    public nonisolated let specification: ProcessSpecification
    private var state = State.idle
    private var run: Task<Void, Never>?
    private var launchWaiters: [CheckedContinuation<Result<ProcessIdentity, SupervisionError>, Never>] = []
    private var exitWaiters: [UInt64: CheckedContinuation<Result<ProcessExit, SupervisionError>, Never>] = [:]
    private var lastWaiterID: UInt64 = 0

    /// Describes a process; nothing is started yet.
    public init(_ specification: ProcessSpecification) { self.specification = specification }

    /// The running process, or `nil`.
    public var identity: ProcessIdentity? {
        if case .running(let identity) = state { identity } else { nil }
    }

    /// Whether it runs.
    public var isRunning: Bool { identity != nil }

    /// How it ended the last time, or `nil` while it runs or before it did.
    public var lastExit: ProcessExit? {
        if case .exited(let exit) = state { exit } else { nil }
    }

    /// Starts the program and returns when it runs.
    ///
    /// It may not be ready for use yet.
    ///
    /// - Throws: `inUse` when it runs already; `unavailable` when the program or its log file cannot be opened.
    @discardableResult
    public func start() async throws(SupervisionError) -> ProcessIdentity {
        switch state {
        case .launching, .running:
            throw SupervisionError(.inUse, "\(specification.instance) runs already.")
        case .idle, .exited:
            break
        }
        let streams = try Streams(specification)
        state = .launching
        run = Task { await self.runUntilExit(streams) }  // awaited by nobody: it ends with the process
        return try await launched()
    }

    /// Sends a signal; with `wholeGroup` also to the processes it has started.
    ///
    /// - Returns: False when it does not run.
    @discardableResult
    public func signal(_ number: Int32, wholeGroup: Bool = false) -> Bool {
        identity?.signal(number, wholeGroup: wholeGroup) ?? false
    }

    /// Ends the process and all it has started at once, as a crash would, and waits until it is gone.
    public func kill() async {
        _ = await Task { await self.end(with: [(SIGKILL, .seconds(30))]) }.value
    }

    /// Asks the process to end, kills it when its patience is over, and returns how it ended.
    ///
    /// Goes through even when the calling task is cancelled.
    @discardableResult
    public func stop() async -> ProcessExit? {
        let orderly = (specification.stopSignal, specification.stopPatience)
        return await Task {
            await self.end(with: [orderly, (specification.killSignal, .seconds(5)), (SIGKILL, .seconds(30))])
        }.value
    }

    /// Ends it without its consent, in the way that suits it best, and waits until it is gone.
    @discardableResult
    public func stopAbruptly() async -> ProcessExit? {
        await Task { await self.end(with: [(specification.killSignal, .seconds(3)), (SIGKILL, .seconds(30))]) }.value
    }

    /// Waits until the process has ended.
    ///
    /// - Throws: `timedOut` when it still runs after `patience`; `invalid` when it was never started; `cancelled`.
    public func waitForExit(within patience: Duration) async throws(SupervisionError) -> ProcessExit {
        switch state {
        case .exited(let exit): return exit
        case .idle: throw SupervisionError(.invalid, "\(specification.instance) was never started.")
        case .launching, .running: break
        }
        lastWaiterID += 1
        let id = lastWaiterID
        let timer = Task { [name = specification.instance] in  // cancelled below; ends by itself otherwise
            do { try await Task.sleep(for: patience) } catch { return }
            self.finishWaiter(id, .failure(SupervisionError(.timedOut, "\(name) still runs after \(patience).")))
        }
        defer { timer.cancel() }
        let result: Result<ProcessExit, SupervisionError> = await withTaskCancellationHandler {
            self.preconditionIsolated()
            return await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: .failure(Self.cancelled))
                } else {
                    self.exitWaiters[id] = continuation
                }
            }
        } onCancel: {
            Task { await self.finishWaiter(id, .failure(Self.cancelled)) }  // only resumes; awaited by nobody
        }
        return try result.get()
    }

    /// The last lines it printed.
    public nonisolated func lastLogLines(_ count: Int = 8) -> [String] {
        LogFile(path: specification.logFile).lastLines(count)
    }

    // MARK: -

    private static let cancelled = SupervisionError(.cancelled, "The wait for the end of a process was cancelled.")

    /// Sends one signal after another until the process is gone.
    @discardableResult
    private func end(with steps: [(signal: Int32, patience: Duration)]) async -> ProcessExit? {
        if case .idle = state { return nil }
        if case .launching = state { _ = try? await launched() }
        for step in steps {
            // One that has just died takes no signal, but its end is not known before it is reaped.
            signal(step.signal, wholeGroup: step.signal == SIGKILL)
            if let exit = try? await waitForExit(within: step.patience) { return exit }
        }
        return lastExit
    }

    private func launched() async throws(SupervisionError) -> ProcessIdentity {
        let result = await withCheckedContinuation { launchWaiters.append($0) }
        return try result.get()
    }

    private func runUntilExit(_ streams: Streams) async {
        do {
            let result = try await Subprocess.run(
                configuration(),
                input: .fileDescriptor(streams.input, closeAfterSpawningProcess: streams.isInputOurs),
                output: .fileDescriptor(streams.output, closeAfterSpawningProcess: streams.areOurs),
                error: .fileDescriptor(streams.error, closeAfterSpawningProcess: streams.areOurs)
            ) { execution in
                self.didLaunch(execution.processIdentifier.value)
            }
            didExit(result.terminationStatus)
        } catch {
            didFailToLaunch("\(error)")
        }
    }

    private func configuration() -> Configuration {
        var options = PlatformOptions()
        options.createSession = !specification.usesOurTerminal
        let environment = specification.environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        let isHanded = specification.listener != nil && !specification.usesOurTerminal
        let command = [specification.executable] + specification.arguments
        return Configuration(
            executable: .path(FilePath(isHanded ? "/bin/sh" : specification.executable)),
            arguments: Arguments(isHanded ? ["-c", Self.handingOver] + command : specification.arguments),
            environment: .custom(Dictionary(environment) { $1 }),
            workingDirectory: specification.workingDirectory.map { FilePath($0) },
            platformOptions: options
        )
    }

    /// Hands a socket over that comes as standard input.
    ///
    /// `LISTEN_PID` must name the process that gets it, which is not known before that is there; so the process itself
    /// sets it while it is still a shell, and `exec` keeps the process id.
    private static let handingOver = """
        exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_FDNAMES=http LISTEN_PID=$$ exec "$0" "$@"
        """

    private func didLaunch(_ pid: pid_t) {
        // A process that is gone already has no entry any more; its identity then matches nothing, which is right.
        let identity =
            ProcessIdentity(pid: pid) ?? ProcessIdentity(pid: pid, startTicks: 0, boot: ProcessIdentity.currentBoot)
        state = .running(identity)
        resumeLaunchWaiters(with: .success(identity))
    }

    private func didExit(_ status: TerminationStatus) {
        let exit: ProcessExit =
            switch status {
            case .exited(let code): .exited(code)
            case .signaled(let number): .signaled(number)
            }
        state = .exited(exit)
        for id in exitWaiters.keys { finishWaiter(id, .success(exit)) }
    }

    private func didFailToLaunch(_ reason: String) {
        let error = SupervisionError(
            .unavailable,
            "\(specification.instance) cannot be started from \(specification.executable): \(reason)"
        )
        state = .exited(.exited(EX_UNAVAILABLE))
        resumeLaunchWaiters(with: .failure(error))
        for id in exitWaiters.keys { finishWaiter(id, .failure(error)) }
    }

    private func resumeLaunchWaiters(with result: Result<ProcessIdentity, SupervisionError>) {
        let waiters = launchWaiters
        launchWaiters = []
        for waiter in waiters { waiter.resume(returning: result) }
    }

    private func finishWaiter(_ id: UInt64, _ result: Result<ProcessExit, SupervisionError>) {
        exitWaiters.removeValue(forKey: id)?.resume(returning: result)
    }
}

/// The descriptors that a process gets as its standard streams.
private struct Streams: Sendable {
    let input: FileDescriptor
    let output: FileDescriptor
    let error: FileDescriptor
    /// Whether they were opened for the process, and so are closed once it has them.
    let areOurs: Bool
    /// The same of the input, which may also be a socket that is handed over and kept.
    let isInputOurs: Bool

    init(_ specification: ProcessSpecification) throws(SupervisionError) {
        areOurs = !specification.usesOurTerminal
        isInputOurs = areOurs && specification.listener == nil
        guard areOurs else {
            (input, output, error) = (.standardInput, .standardOutput, .standardError)
            return
        }
        let log = LogFile(path: specification.logFile)
        output = try log.open()
        do {
            error = try log.open()
            input =
                try specification.listener.map { FileDescriptor(rawValue: $0.descriptor) }
                ?? FileDescriptor.open("/dev/null", .readOnly, options: [.closeOnExec])
        } catch {
            throw SupervisionError(.unavailable, "No descriptor is left to start \(specification.instance): \(error).")
        }
    }
}
