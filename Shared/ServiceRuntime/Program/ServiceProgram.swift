import CoreMetrics
import Glibc
import Logging
public import ServiceLifecycle
import UnixSignals

/// The way of every service from its command line to its exit code.
public enum ServiceProgram {
    /// How long running work may go on after the first signal before it is cancelled.
    public static let shutdownBudget = Duration.seconds(20)
    /// How long cancelled work may take to end before the process ends without it.
    public static let cancellationBudget = Duration.seconds(5)

    /// Runs a service until it is told to stop, then ends the process.
    ///
    /// Reads the settings, prepares logging, metrics and the socket directory, lets `body` build the services in
    /// dependency order, and runs them as one group. SIGTERM and SIGINT stop intake and let running work end within
    /// ``shutdownBudget``; a second signal ends the process at once. SIGHUP ends nothing: see ``RiotKeyWatch``. What keeps it from starting is one sentence on
    /// standard error.
    ///
    /// - Parameters:
    ///   - name: the program; also the name of its socket.
    ///   - options: the flags all services share.
    ///   - flags: settings that flags of this program said.
    ///   - body: builds the services; throws ``StartupError`` to choose the exit code.
    public static func run(
        name: String,
        options: ServiceOptions,
        flags: [SettingName: String] = [:],
        body: @Sendable (ServiceContext) async throws -> [any Service]
    ) async -> Never {
        // First of all: neither a peer that vanished nor a SIGHUP that comes early must end the process.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        umask(0o077)
        do {
            try CrashGuard.install()
            let settings = try Settings.load(flags: options.flags.merging(flags) { _, specific in specific })
            if options.checksConfiguration {
                write(settings.report.description, to: STDOUT_FILENO)
                end(.success)
            }
            let context = try bootstrap(name: name, number: options.instance, settings: settings)
            try await serve(context, services: try await body(context))
            context.logger.info("stopped")
            end(.success)
        } catch {
            let failure = ExitReason(error)
            for line in failure.sentence.split(separator: "\n") { write("\(name): \(line)\n", to: STDERR_FILENO) }
            end(failure.exitCode)
        }
    }

    private static func bootstrap(name: String, number: Int, settings: Settings) throws -> ServiceContext {
        let instance = ServiceContext.instanceName(name, number)
        let sink = LogSink(descriptor: STDERR_FILENO)
        if let key = settings.riotAPIKey { sink.mask(key) }
        let control = LogLevelControl(settings.logLevel)
        let format = settings.logFormat
        LoggingSystem.bootstrap { _ in
            ServiceLogHandler(service: name, instance: instance, format: format, sink: sink, control: control)
        }
        let metrics = MetricsRegistry()
        MetricsSystem.bootstrap(metrics)
        let context = ServiceContext(
            name: name,
            instance: instance,
            settings: settings,
            logger: Logger(label: name),
            logLevel: control,
            metrics: metrics,
            drainState: DrainState(),
            sink: sink
        )
        ProcessMetrics.register(with: metrics, startedAt: context.startedAt)
        let dropped = metrics.makeMeter(label: "log_lines_dropped", dimensions: [])
        metrics.beforeReading { _ in dropped.set(Double(sink.droppedLines)) }
        try RuntimeDirectory.prepare(settings.runtimeDirectory)
        return context
    }

    private static func serve(_ context: ServiceContext, services: [any Service]) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
            logger: context.logger
        )
        configuration.maximumGracefulShutdownDuration = shutdownBudget
        let group = ServiceGroup(configuration: configuration)
        let logger = context.logger
        context.drainState.onDrain {
            // Nobody awaits these two: the group's own end is what is waited for, or the process's.
            Task { await group.triggerGracefulShutdown() }
            Task {
                try await Task.sleep(for: shutdownBudget + cancellationBudget)
                logger.critical("work did not end in time, ending without it")
                end(.internal)
            }
        }
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let watcher = Task {
            for await received in signals {
                if received == .sighup {
                    if !context.hangups.ring() { logger.notice("SIGHUP: this service has nothing to read again") }
                } else if context.drainState.begin() {
                    logger.info("stopping", metadata: ["signal": "\(received)"])
                } else {
                    logger.warning("second signal, ending at once", metadata: ["signal": "\(received)"])
                    endBySignal(received.rawValue)
                }
            }
        }
        defer { watcher.cancel() }
        logger.info("started", metadata: ["pid": .stringConvertible(getpid()), "version": "\(Release.version)"])
        try await group.run()
    }

    /// Ends without exit handlers: they would tear down C libraries under threads that still run, and nothing here is
    /// buffered.
    private static func end(_ code: ExitCode) -> Never { _exit(code.rawValue) }

    /// Ends as if the signal had not been caught, so that a supervisor sees what happened.
    private static func endBySignal(_ number: Int32) -> Never {
        signal(number, SIG_DFL)
        var only = sigset_t()
        sigemptyset(&only)
        sigaddset(&only, number)
        pthread_sigmask(SIG_UNBLOCK, &only, nil)  // threads of the pool block signals
        raise(number)
        _exit(128 + number)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
