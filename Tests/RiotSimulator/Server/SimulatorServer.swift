import Glibc
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// Riot's API on 127.0.0.1: the first part of a path is the route, `/americas/riot/account/v1/…`.
///
/// Run it as a service of a group; `port()` tells when it listens. What it does wrong is decided by `simulation`, from
/// the same process or through the pages under `/_sim`.
public final class SimulatorServer: Service {
    /// Everything that changes while it runs: figures, faults, limits.
    public let simulation: Simulation
    /// What it serves.
    public let world: any SimulatedWorld

    private let options: SimulatorOptions
    private let logger: Logger
    private let connections = ConnectionCount()
    private let announcement = PortAnnouncement()

    /// A simulator of a world; it listens once it runs.
    public init(world: any SimulatedWorld, options: SimulatorOptions = SimulatorOptions(), logger: Logger) {
        self.world = world
        self.options = options
        self.logger = logger
        simulation = Simulation(options: options)
    }

    /// Serves until graceful shutdown.
    public func run() async throws {
        let announcement = announcement
        let connections = connections
        let clock = simulation.clock
        let application = Application(
            responder: responder(),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionHandler(connections: connections, clock: clock)],
                    idleTimeout: nil
                )
            ),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: options.port)),
            onServerRunning: { channel in await announcement.announce(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        do {
            try await application.run()
            await simulation.setSecondProgram(nil)
        } catch {
            await simulation.setSecondProgram(nil)
            let isTaken = (error as? IOError)?.errnoCode == EADDRINUSE
            let reason = isTaken ? "the port is taken; --port takes another one" : "\(error)"
            let failure = SimulatorError(message: "the simulator cannot serve 127.0.0.1:\(options.port): \(reason)")
            await announcement.fail(failure.message)
            throw failure
        }
        await announcement.fail("the simulator has stopped")
    }

    /// The port, as soon as it listens.
    ///
    /// - Throws: `SimulatorError` when it cannot listen or has stopped; `CancellationError` when the waiting task is
    ///   cancelled.
    public func port() async throws -> Int {
        try await announcement.port()
    }

    /// Where a client sends requests, with `{route}` in the place of the route.
    public func baseURL() async throws -> String {
        "http://127.0.0.1:\(try await port())/{route}"
    }

    /// The figures, connections included.
    public func stats() async -> SimulatorStats {
        await simulation.stats(connections: connections.value)
    }

    /// Sets all counts to nothing; with `everything` limits, faults, key and delays are as at the start.
    public func reset(everything: Bool = false) async {
        await simulation.reset(everything: everything, connections: connections.value)
    }

    private func responder() -> SimulatorResponder {
        let service = RiotService(
            world: world,
            simulation: simulation,
            cache: BodyCache(limit: options.cacheMegabytes << 20),
            listCap: options.listCap
        )
        return SimulatorResponder(
            service: service,
            simulation: simulation,
            controls: ControlPages(service: service, simulation: simulation, connections: connections)
        )
    }
}

/// Why a simulator does not listen.
public struct SimulatorError: Error, CustomStringConvertible {
    /// A sentence.
    public let message: String

    /// The sentence.
    public var description: String { message }
}
