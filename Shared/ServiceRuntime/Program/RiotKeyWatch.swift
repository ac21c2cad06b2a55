import Logging
import Reactor

/// Notices a new Riot API key while the process runs.
///
/// A key from `RIOT_API_KEY_FILE` is looked for every two seconds, and at once on SIGHUP. A file that is gone, empty or
/// unreadable changes nothing but the log. A key from anywhere else cannot change, and SIGHUP says so.
public struct RiotKeyWatch: Sendable {
    /// Between two looks at the file.
    static let interval = Duration.seconds(2)
    /// Before a file that has just changed is looked at again.
    static let settling = Duration.milliseconds(250)
    /// For one look; longer than this is a file system that hangs.
    static let patience = Duration.seconds(10)

    private let file: String?
    private let key: Secret?
    private let origin: SettingOrigin
    private let hangups: HangupBell
    private let mask: @Sendable (Secret) -> Void
    private let logger: Logger
    private let interval: Duration

    /// A watch over the key of `context`; nothing is looked at before ``run(onChange:)``.
    public init(context: ServiceContext) { self.init(context: context, interval: Self.interval) }

    init(context: ServiceContext, interval: Duration) {
        file = context.settings.riotAPIKeyFile
        key = context.settings.riotAPIKey
        origin = context.settings.report[.riotAPIKey]?.origin ?? .absent
        hangups = context.hangups
        mask = { context.mask($0) }
        logger = context.logger
        self.interval = interval
        hangups.listen()
    }

    /// Looks until the task is cancelled; `onChange` gets each new key, after it has been masked in the log.
    public func run(onChange: @Sendable (Secret) -> Void) async {
        guard let file, let key else { return await refuseHangups() }
        var monitor = KeyFileMonitor(path: file, key: key)
        var pause = min(Self.settling, interval)
        let isLooking = Lock(false)
        var isHanging = false
        while !Task.isCancelled {
            let isAskedFor = await hangups.wait(until: .now + pause)
            // A look that hangs keeps its thread: there is never a second one.
            if Task.isCancelled || isLooking.withLock({ $0 }) { continue }
            guard let look = await look(with: monitor, insisting: isAskedFor, isLooking) else {
                if !isHanging, !Task.isCancelled {
                    logger.warning("the file of the API key does not answer", metadata: ["file": "\(file)"])
                }
                isHanging = true
                continue
            }
            isHanging = false
            monitor = look.monitor
            if case .changed(let new) = look.finding {
                mask(new)
                onChange(new)
            }
            tell(look.finding, file)
            pause = look.finding == .unsettled ? min(Self.settling, interval) : interval
        }
    }

    private struct Look: Sendable {
        let monitor: KeyFileMonitor
        let finding: KeyFileMonitor.Finding
    }

    /// One look on a thread of its own; nil when it takes too long, and what it finds then is found again.
    private func look(with monitor: KeyFileMonitor, insisting: Bool, _ isLooking: Lock<Bool>) async -> Look? {
        isLooking.withLock { $0 = true }
        let outcome = await HelperThreads.shared.run(until: .now + Self.patience) {
            var monitor = monitor
            let finding = monitor.look(insisting: insisting)
            isLooking.withLock { $0 = false }
            return Look(monitor: monitor, finding: finding)
        }
        guard case .value(let look) = outcome else { return nil }
        return look
    }

    private func refuseHangups() async {
        while !Task.isCancelled {
            guard await hangups.wait(until: .now + .seconds(3_600)) else { continue }
            logger.warning(
                """
                SIGHUP: the API key cannot change without a restart, because it is not read from a file; \
                put it into one and name that in RIOT_API_KEY_FILE
                """,
                metadata: ["origin": "\(origin)"]
            )
        }
    }

    private func tell(_ finding: KeyFileMonitor.Finding, _ file: String) {
        switch finding {
        case .nothing, .unsettled: break
        case .changed:
            logger.notice("the API key has changed; requests go with the new one", metadata: ["file": "\(file)"])
        case .same: logger.notice("the file holds the API key that is in use", metadata: ["file": "\(file)"])
        case .problem(let reason):
            logger.warning(
                "the API key cannot be read again, the old one stays in use: RIOT_API_KEY_FILE names \(file), which \(reason)",
                metadata: ["next_try": "\(interval)"]
            )
        }
    }
}
