import Hummingbird
import JSONRPC
import Logging
import Metrics
import Postgres
import ServiceLifecycle
import ServiceRuntime
import Storage

/// Wires the gateway.
struct GatewayBuild: Sendable {
    let context: ServiceContext
    /// A listening socket that was handed over; without one, the address of the settings is bound.
    var socket: Int32?
    /// Times of event streams.
    var eventTiming = EventTiming()
    /// Event streams open at once.
    var maximumEventStreams = GatewayLimits.maximumEventStreams
    /// Told the port once the server listens; a test asks for a free one and learns it here.
    var onListening: @Sendable (_ port: Int) -> Void = { _ in }

    /// Builds the services in the order in which they start.
    func services() async throws -> [any Service] {
        let settings = context.settings
        let storage = Storage(
            pool: try context.makePostgres(maximumConnections: GatewayLimits.databaseConnections),
            keyScope: settings.riotKeyScope,
            logger: context.logger
        )
        try await checkSchema(storage)
        context.health.register("schema") {
            try await storage.requireCurrentSchema()
            return nil
        }
        // Redis is not needed to answer; readiness tells of it, because a sync goes nowhere without it.
        if settings.redisURL != nil { _ = try context.makeRedis() }
        let orchestrator = OrchestratorClient(
            socketPath: context.socketPath(of: "orchestrator"),
            logger: context.logger
        )
        context.health.register("orchestrator") {
            try await orchestrator.ping()
            return nil
        }
        let statistics = HTTPStatistics()
        let feeds = TaskFeeds(
            storage: storage,
            socketPath: context.socketPath(of: "orchestrator"),
            maximumStreams: maximumEventStreams,
            timing: eventTiming,
            logger: context.logger
        )
        registerGauges(of: statistics, feeds)
        let router = GatewayRouter(
            storage: storage,
            statistics: statistics,
            limiter: StartLimiter(perMinute: settings.startLimit),
            peers: ServicePeers(
                directory: settings.runtimeDirectory,
                ownSocket: context.socketPath,
                logger: context.logger
            ),
            defaultYear: settings.defaultMatchYear,
            instance: context.instance,
            feeds: feeds,
            start: { request, requestContext in
                try await orchestrator.start(
                    request,
                    trace: requestContext.requestID,
                    logger: requestContext.logger
                )
            },
            retry: { id, requestContext in
                try await orchestrator.retry(id, trace: requestContext.requestID, logger: requestContext.logger)
            },
            cancel: { id, reason, requestContext in
                try await orchestrator.cancel(
                    id,
                    reason: reason,
                    trace: requestContext.requestID,
                    logger: requestContext.logger
                )
            },
            lookUp: { request, requestContext in
                try await orchestrator.lookUp(
                    request,
                    trace: requestContext.requestID,
                    logger: requestContext.logger
                )
            },
            healthReport: { [context] in await context.healthReport() },
            metrics: { [context] in ServiceMetrics(context) }
        )
        let dispatcher = JSONRPCDispatcher(GatewayMethods.table(context, statistics), logger: context.logger)
        return [
            JSONRPCServer(socketPath: context.socketPath, dispatcher: dispatcher, logger: context.logger),
            server(router, statistics),
        ]
    }

    /// A database of a newer version is refused at once; one that is away or not yet migrated is waited for, request by
    /// request.
    private func checkSchema(_ storage: Storage) async throws {
        do {
            try await Deadline.run(.seconds(1)) { try await storage.requireCurrentSchema() }
        } catch let error as SchemaError where error.code == .older {
            context.logger.warning("waiting for migrations", metadata: ["error": "\(error)"])
        } catch let error as SchemaError {
            throw StartupError.configuration(error.message)
        } catch {
            context.logger.warning("starting without PostgreSQL", metadata: ["error": "\(error)"])
        }
    }

    private func server(_ router: GatewayRouter, _ statistics: HTTPStatistics) -> some Service {
        HTTPServer(
            listener: socket.map { .handed($0) }
                ?? .address(host: context.settings.gatewayHost, port: context.settings.gatewayPort),
            responder: router.build().buildResponder(),
            limit: ConnectionLimit(maximum: GatewayLimits.maximumConnections, statistics: statistics),
            onListening: onListening,
            logger: context.logger
        )
    }

    private func registerGauges(of statistics: HTTPStatistics, _ feeds: TaskFeeds) {
        let streams = context.metrics.makeMeter(label: "http_event_streams", dimensions: [])
        let connections = context.metrics.makeMeter(label: "http_connections", dimensions: [])
        let inFlight = context.metrics.makeMeter(label: "http_requests_in_flight", dimensions: [])
        context.metrics.beforeReading { _ in
            let figures = statistics.figures
            connections.set(figures.connections)
            inFlight.set(figures.inFlight)
            streams.set(Int64(feeds.openStreams))
        }
    }
}
