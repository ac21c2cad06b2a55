public import Logging
import NIOCore
import NIOPosix
import Reactor
public import ServiceLifecycle

/// Serves the methods of a dispatcher on a Unix socket, one JSON text per line.
///
/// Nothing happens before `run()`. Graceful shutdown removes the socket, lets running requests finish for at most
/// `JSONRPCLimits.shutdown`, refuses new ones with −32000, and returns; cancellation does the same without waiting.
public final class JSONRPCServer: Service {
    private enum Readiness {
        case starting([CheckedContinuation<Void, any Error>])
        case listening
        case ended(any Error)
    }

    private let path: String
    private let dispatcher: JSONRPCDispatcher
    private let logger: Logger
    private let shutdownBudget: Duration
    private let unfinishedFrameTimeout: Duration
    private let readiness = Lock(Readiness.starting([]))

    /// Creates a server for `socketPath`, whose directory exists and belongs to this user alone (mode 0700).
    public convenience init(socketPath: String, dispatcher: JSONRPCDispatcher, logger: Logger) {
        self.init(
            socketPath: socketPath,
            dispatcher: dispatcher,
            logger: logger,
            shutdownBudget: JSONRPCLimits.shutdown,
            unfinishedFrameTimeout: JSONRPCLimits.unfinishedFrame
        )
    }

    init(
        socketPath: String,
        dispatcher: JSONRPCDispatcher,
        logger: Logger,
        shutdownBudget: Duration,
        unfinishedFrameTimeout: Duration
    ) {
        path = socketPath
        self.dispatcher = dispatcher
        self.logger = logger
        self.shutdownBudget = shutdownBudget
        self.unfinishedFrameTimeout = unfinishedFrameTimeout
    }

    /// Serves until shutdown.
    ///
    /// - Throws: `JSONRPCServerError` when the socket cannot be had.
    public func run() async throws {
        do {
            let socket = try ListeningSocket(path: path)
            defer { socket.releaseLock() }
            defer { socket.removePath() }
            try await serve(socket)
            becomeEnded(CancellationError())
        } catch {
            becomeEnded(error)
            throw error
        }
    }

    /// Suspends until clients can connect.
    ///
    /// - Throws: what ended `run()`, when it ends before that.
    public func listening() async throws {
        try await withCheckedThrowingContinuation { continuation in
            let outcome: Result<Void, any Error>? = readiness.withLock { readiness in
                switch readiness {
                case .starting(let waiting):
                    readiness = .starting(waiting + [continuation])
                    return nil
                case .listening: return .success(())
                case .ended(let error): return .failure(error)
                }
            }
            if let outcome { continuation.resume(with: outcome) }
        }
    }

    private func serve(_ socket: ListeningSocket) async throws {
        let loop = RPCEventLoop.shared
        let connections = ServerConnections(
            loop: loop,
            dispatcher: dispatcher,
            logger: logger,
            unfinishedFrameTimeout: unfinishedFrameTimeout
        )
        let listener = try await ServerBootstrap(group: loop)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try connections.assumeIsolated { try $0.accept(channel) } }
            }
            .withBoundSocket(socket.descriptor).get()
        logger.info("listening", metadata: ["socket": "\(path)"])
        becomeListening()
        let isGraceful = (try? await gracefulShutdown()) != nil
        socket.removePath()
        // Shielded: this task may be cancelled already, and what is below must happen all the same. It ends by itself
        // within the budget.
        await Task { [shutdownBudget] in
            try? await listener.close().get()
            await connections.drain(budget: isGraceful ? shutdownBudget : .zero)
        }.value
    }

    private func becomeListening() {
        let waiting = readiness.withLock { readiness in
            defer { readiness = .listening }
            if case .starting(let waiting) = readiness { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume() }
    }

    private func becomeEnded(_ error: any Error) {
        let waiting = readiness.withLock { readiness in
            defer { readiness = .ended(error) }
            if case .starting(let waiting) = readiness { return waiting }
            return []
        }
        for continuation in waiting { continuation.resume(throwing: error) }
    }
}
