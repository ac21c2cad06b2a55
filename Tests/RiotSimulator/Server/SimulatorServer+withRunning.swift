public import Logging
import ServiceLifecycle

extension SimulatorServer {
    /// Runs a simulator for as long as a closure runs, and stops it however the closure ends.
    ///
    /// For tests: the closure gets the simulator when it listens.
    public static func withRunning<Result: Sendable>(
        _ world: any SimulatedWorld,
        options: SimulatorOptions = SimulatorOptions(),
        logger: Logger? = nil,
        _ body: (SimulatorServer) async throws -> Result
    ) async throws -> Result {
        let logger = logger ?? Logger(label: "riot-simulator") { _ in SwiftLogNoOpLogHandler() }
        let server = SimulatorServer(world: world, options: options, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: logger
            )
        )
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                _ = try await server.port()
                let result = try await body(server)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                return result
            } catch {
                await group.triggerGracefulShutdown()
                tasks.cancelAll()
                throw error
            }
        }
    }
}
