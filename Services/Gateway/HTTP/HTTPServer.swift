import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Reactor
import ServiceLifecycle
import ServiceRuntime

/// Where HTTP listens.
enum HTTPListener: Sendable {
    /// An address that is bound by this process.
    case address(host: String, port: Int)
    /// A listening socket that somebody else holds too, so that connections wait in its queue while this process is
    /// replaced by another one.
    case handed(Int32)
}

/// Serves HTTP with Hummingbird's connections on a socket of its own or on one that was handed over, which
/// Hummingbird's own server cannot do.
///
/// When told to stop it accepts no further connection at once, answers what it has accepted, and ends.
struct HTTPServer<Responder: HTTPResponder>: Service where Responder.Context == GatewayContext {
    let listener: HTTPListener
    let responder: Responder
    let limit: ConnectionLimit
    /// Told the port once the server listens.
    let onListening: @Sendable (_ port: Int) -> Void
    var patience = ClientPatience()
    let logger: Logger

    private typealias Connection = HTTP1Channel.Value

    func run() async throws {
        // One loop: it parses and writes; the work is on the cooperative pool.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let child = connections()
        let server: NIOAsyncChannel<Connection, Never>
        do {
            server = try await listen(on: group, child)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        onListening(server.channel.localAddress?.port ?? 0)
        logger.info("listening", metadata: ["address": "\(server.channel.localAddress?.description ?? "?")"])
        await withGracefulShutdownHandler {
            await serve(server, child)
        } onGracefulShutdown: {
            stopAccepting(server.channel)
        }
        try? await group.shutdownGracefully()
    }

    /// Stops accepting at once, then closes.
    ///
    /// NIO sets an accepted connection up one turn of the loop after it has accepted it (`bind` in its Bootstrap.swift).
    /// When the listening channel is closed in between, nobody gets the connection: its client is left without an answer,
    /// and the process ends with "Deinited NIOAsyncWriter without calling finish()", as was seen. So no connection is
    /// accepted for two turns before the channel is closed.
    private func stopAccepting(_ channel: any Channel) {
        limit.isEnding.withLock { $0 = true }
        let loop = channel.eventLoop
        channel.setOption(.autoRead, value: false)
            .flatMap { loop.submit {} }
            .flatMap { loop.submit {} }
            .whenComplete { _ in channel.close(promise: nil) }
    }

    /// Runs until the listening channel is closed and all connections have ended.
    private func serve(_ server: NIOAsyncChannel<Connection, Never>, _ child: HTTP1Channel) async {
        await withDiscardingTaskGroup { group in
            do {
                try await server.executeThenClose { accepted in
                    for try await connection in accepted {
                        group.addTask { await serve(connection, child) }
                    }
                }
            } catch {
                logger.error("no further connection is accepted", metadata: ["error": "\(error)"])
            }
        }
    }

    private func serve(_ connection: Connection, _ child: HTTP1Channel) async {
        await withGracefulShutdownHandler {
            await child.handle(value: connection, logger: logger)
        } onGracefulShutdown: {
            connection.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
    }

    // MARK: Sockets

    private func listen(
        on group: MultiThreadedEventLoopGroup,
        _ child: HTTP1Channel
    ) async throws -> NIOAsyncChannel<Connection, Never> {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(ChannelOptions.backlog, value: CInt(GatewayLimits.backlog))
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .serverChannelInitializer { [limit] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AvailableConnectionsChannelHandler(delegate: limit))
                }
            }
        let setUp: @Sendable (any Channel) -> EventLoopFuture<Connection> = { [logger] channel in
            Self.watchForVanished(channel)
            return child.setup(channel: channel, logger: logger)
        }
        switch listener {
        case .address(let host, let port):
            do {
                return try await bootstrap.bind(host: host, port: port, childChannelInitializer: setUp)
            } catch {
                throw ListenFailure.reason(host: host, port: port, error)
            }
        case .handed(let descriptor):
            let server = try await bootstrap.bind(descriptor, childChannelInitializer: setUp)
            // NIO has set a shorter queue; on a socket that listens already this changes its length only (listen(2)).
            Glibc.listen(descriptor, Int32(GatewayLimits.backlog))
            return server
        }
    }

    /// Ends a connection whose client has vanished without a word, as one does that lost its network.
    ///
    /// A handed socket may be a Unix socket, which has no such option (tcp(7)) and needs none.
    private static func watchForVanished(_ channel: any Channel) {
        let milliseconds = Int(GatewayLimits.vanishedTimeout / .milliseconds(1))
        try? channel.syncOptions?.setOption(.tcpOption(.init(rawValue: TCP_USER_TIMEOUT)), value: milliseconds)
    }

    private func connections() -> HTTP1Channel {
        let dates = HTTPDate()
        let patience = self.patience
        return HTTP1Channel(
            responder: { [responder, limit, logger] request, writer, channel in
                let context = GatewayContext(source: .init(channel: channel, logger: logger))
                var response = try await responder.respond(to: request, context: context)
                response.headers[.date] = dates.now
                if limit.isEnding.withLock({ $0 }) { response.headers[.connection] = "close" }
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: .init(
                additionalChannelHandlers: [
                    FirstRequestGuard(patience: GatewayLimits.firstRequestPatience),
                    SlowClientGuard(patience: patience),
                ],
                idleTimeout: TimeAmount(GatewayLimits.idleTimeout),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: GatewayLimits.maximumHeaderBytes,
                    maxHeaderListSize: GatewayLimits.maximumHeaderBytes,
                    maxHeaderFieldCount: GatewayLimits.maximumHeaderFields
                )
            )
        )
    }
}
