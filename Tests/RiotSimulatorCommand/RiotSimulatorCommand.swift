import ArgumentParser
import Logging
import RiotModels
import RiotSimulator
import ServiceLifecycle
import UnixSignals

/// The program `riot-simulator`.
@main
struct RiotSimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "riot-simulator",
        abstract: "Riot's API on 127.0.0.1, with made-up or recorded players and matches.",
        discussion: """
            Requests go to http://127.0.0.1:PORT/{route}/…, the route being what is the first part of Riot's host names.
            Limits are a development key's unless others are given; whoever goes over them gets his 429.

            While it runs, http://127.0.0.1:PORT/_sim/stats shows what was asked for, _sim/use how much of the limits \
            was used, _sim/violations what Riot would have refused, _sim/players who there is, \
            _sim/world?player=Name%23TAG&year=2025 what his year amounts to, and POSTs to _sim/fault, _sim/latency, \
            _sim/limits, _sim/key, _sim/retry-after, _sim/clock, _sim/second-program, _sim/lists, _sim/missing and \
            _sim/reset change how it behaves.

            Example: riot-simulator --player 'Demo#NA1' --platform na1 --year 2025 --matches 300
            """
    )

    @OptionGroup(title: "World")
    var world: WorldArguments

    @OptionGroup(title: "Behaviour")
    var behaviour: BehaviourArguments

    @Option(help: "The port of 127.0.0.1; 0 takes one that is free.")
    var port = 18_080

    @Option(
        help: "trace, debug, info, notice, warning or error; what it is doing goes to the standard error.",
        transform: { text in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("\(text) is not a log level")
            }
            return level
        }
    )
    var logLevel = Logger.Level.warning

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is 0 to 65535, not \(port)") }
    }

    func run() async throws {
        var logger = Logger(label: "riot-simulator") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        let server = SimulatorServer(
            world: try makeWorld(),
            options: try behaviour.options(port: port, seed: world.seed),
            logger: logger
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: server),
                    .init(service: Greeting(server: server)),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch let error as SimulatorError {
            throw ExitCode.unavailable(error.message)
        } catch {
            throw ExitCode.unavailable("the simulator stopped: \(error)")
        }
    }

    /// The world; what contradicts itself in the arguments is a mistake of usage.
    private func makeWorld() throws -> any SimulatedWorld {
        do {
            return try world.make()
        } catch let error as WorldError {
            throw ValidationError(error.message)
        } catch let error as RiotModelError {
            throw ValidationError(error.message)
        } catch let error as SimulatorError {
            throw ExitCode.unavailable(error.message)
        }
    }
}

/// Says where the simulator is, as soon as it listens.
struct Greeting: Service {
    private static let shownPlayers = 8

    let server: SimulatorServer

    func run() async throws {
        let port = try await server.port()
        say("riot-simulator serves \(server.world.title)")
        for player in server.world.players().prefix(Self.shownPlayers) {
            let years = player.years.sorted { $0.key < $1.key }.map { "\($0.value) in \($0.key)" }
            say("  \(player.riotID) on \(player.platform.rawValue): \(years.joined(separator: ", "))")
        }
        say("figures at http://127.0.0.1:\(port)/_sim/stats")
        say("ready: RIOT_API_BASE_URL=http://127.0.0.1:\(port)/{route}")
        try await gracefulShutdown()
    }
}
