/// When a supervised process is started, waited for and given up.
///
/// No I/O and no clock: what happened and when is handed in.
///
/// ```
/// idle ─ start ─► starting ─ becameReady ─► running
///                    │  ▲                      │
///               exited│  │backOffElapsed       │exited
///                    ▼  │                      │
///                 restarting ◄─────────────────┘        stop, from anywhere ─► stopping ─ exited ─► stopped
///                    │ exit 64 or 78
///                    ▼
///                  failed
/// ```
public struct RestartStateMachine: Sendable, Equatable {
    /// What a status line says of a process.
    public enum State: String, Sendable, Codable, Equatable {
        /// Not started yet.
        case idle
        /// Launched, not ready yet.
        case starting
        /// Launched and ready.
        case running
        /// It died and waits to be started again.
        case restarting
        /// It was asked to end.
        case stopping
        /// It ended because it was asked to.
        case stopped
        /// It ended in a way that starting it again does not mend.
        case failed
    }

    /// What the runner does next.
    public enum Action: Sendable, Equatable {
        /// Start the program.
        case launch
        /// Come back with `backOffElapsed` after this long.
        case wait(Duration)
        /// Nothing more will happen.
        case finish
        /// Nothing to do.
        case none
    }

    /// Where the process is.
    public private(set) var state = State.idle
    /// How often it was started again after it had died.
    public private(set) var restarts = 0
    /// How it ended the last time.
    public private(set) var lastExit: ProcessExit?
    private var backOff: BackOff
    private var launchedAt: ContinuousClock.Instant?

    /// Creates a machine for a process that has not been started.
    public init(backOff: BackOff = BackOff()) { self.backOff = backOff }

    /// The process is wanted.
    public mutating func start() -> Action {
        guard state == .idle else { return .none }
        state = .starting
        return .launch
    }

    /// The program was started.
    public mutating func didLaunch(at now: ContinuousClock.Instant) {
        launchedAt = now
    }

    /// The process answered for the first time since it was started.
    public mutating func didBecomeReady() {
        if state == .starting { state = .running }
    }

    /// The process ended, or could not be started.
    public mutating func didExit(_ exit: ProcessExit, at now: ContinuousClock.Instant) -> Action {
        lastExit = exit
        switch state {
        case .idle, .stopped, .failed, .restarting:
            return .none
        case .stopping:
            state = .stopped
            return .finish
        case .starting, .running:
            if exit.isFinal {
                state = .failed
                return .finish
            }
            let uptime = launchedAt.map { now - $0 } ?? .zero
            launchedAt = nil
            // Somebody who ends a service in good order wants it replaced; that is no failure.
            let isReplaced = exit == .exited(0) && state == .running
            state = .restarting
            return .wait(isReplaced ? backOff.first : backOff.wait(afterRunOf: uptime))
        }
    }

    /// The wait that `didExit` asked for is over.
    public mutating func backOffElapsed() -> Action {
        guard state == .restarting else { return .none }
        state = .starting
        restarts += 1
        return .launch
    }

    /// The process is not wanted any more.
    ///
    /// - Returns: `finish` when nothing runs that would have to be ended first.
    public mutating func stop() -> Action {
        switch state {
        case .idle, .restarting:
            state = .stopped
            return .finish
        case .starting, .running:
            state = .stopping
            return .none
        case .stopping:
            return .none
        case .stopped, .failed:
            return .finish
        }
    }
}
