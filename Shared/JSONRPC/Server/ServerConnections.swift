import CSystemShims
import Glibc
import Logging
import NIOCore

/// The connections of one server. Lives on the event loop.
actor ServerConnections {
    nonisolated let loop: any EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    private let dispatcher: JSONRPCDispatcher
    private let logger: Logger
    private let unfinishedFrameTimeout: Duration
    private var connections: [ObjectIdentifier: ServerConnection] = [:]
    private var isDraining = false
    private var whenEmpty: CheckedContinuation<Void, Never>?

    init(loop: any EventLoop, dispatcher: JSONRPCDispatcher, logger: Logger, unfinishedFrameTimeout: Duration) {
        self.loop = loop
        self.dispatcher = dispatcher
        self.logger = logger
        self.unfinishedFrameTimeout = unfinishedFrameTimeout
    }

    /// Takes a new connection, or says why not and closes it.
    func accept(_ channel: any Channel) throws {
        let connection = ServerConnection(
            channel: channel,
            dispatcher: dispatcher,
            logger: logger,
            owner: self,
            unfinishedFrameTimeout: unfinishedFrameTimeout
        )
        let refusal = try reasonToRefuse(channel)
        try channel.pipeline.syncOperations.addHandler(ServerConnectionHandler(connection, refusal: refusal))
        if refusal == nil { connections[ObjectIdentifier(connection)] = connection }
    }

    /// Forgets a connection that is closed.
    func remove(_ connection: ServerConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if connections.isEmpty { resumeDrain() }
    }

    /// Refuses new requests and returns when all connections are closed, or are cut off at the end of `budget`.
    func drain(budget: Duration) async {
        isDraining = true
        for connection in connections.values { await connection.drain() }
        if connections.isEmpty { return }
        let deadline = loop.scheduleTask(in: TimeAmount(budget)) { self.assumeIsolated { $0.abandon() } }
        await withCheckedContinuation { continuation in
            self.preconditionIsolated()
            self.whenEmpty = continuation
        }
        deadline.cancel()
    }

    private func abandon() {
        if !connections.isEmpty {
            logger.warning(
                "requests still ran when the server had to stop",
                metadata: ["connections": "\(connections.count)"]
            )
        }
        for connection in connections.values { connection.assumeIsolated { $0.abort() } }
        // Channels close within the same turn of the loop; if one did not, nobody could wait for it.
        loop.execute { self.assumeIsolated { $0.resumeDrain() } }
    }

    private func resumeDrain() {
        whenEmpty?.resume()
        whenEmpty = nil
    }

    private func reasonToRefuse(_ channel: any Channel) throws -> JSONRPCError? {
        if isDraining { return .shuttingDown }
        let uid = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: Int32.self) {
            csystem_peer_uid($0)
        }
        // The directory's mode keeps others out already; root passes any mode, and may.
        guard uid == Int64(geteuid()) || uid == 0 else {
            logger.warning("refused a peer of another user", metadata: ["uid": "\(uid ?? -1)"])
            return JSONRPCError(.unauthorized, "This socket serves the user who owns it.")
        }
        guard connections.count < JSONRPCLimits.connections else {
            logger.warning("refused a connection: there are too many")
            return JSONRPCError(
                .overloaded,
                "There are \(JSONRPCLimits.connections) connections already; close some and try again."
            )
        }
        return nil
    }
}
