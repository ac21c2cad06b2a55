import HTTPTypes
import JSONRPC
import Logging
import RiotModels

/// Starts syncs on the orchestrator of this host.
struct OrchestratorClient: Sendable {
    private let client: JSONRPCClient
    private let probe: JSONRPCClient
    private let timeout: Duration

    init(
        socketPath: String,
        logger: Logger,
        patience: Duration = GatewayLimits.startPatience,
        timeout: Duration = GatewayLimits.startTimeout
    ) {
        client = JSONRPCClient(socketPath: socketPath, connectPatience: patience, logger: logger)
        probe = JSONRPCClient(socketPath: socketPath, connectPatience: .zero, logger: logger)
        self.timeout = timeout
    }

    private struct StartParameters: Encodable, Sendable {
        let gameName: String
        let tagLine: String
        let platform: String
        let year: Int
        let recovery: Bool

        enum CodingKeys: String, CodingKey {
            case gameName = "game_name"
            case tagLine = "tag_line"
            case platform, year, recovery
        }
    }

    private struct Pong: Decodable, Sendable {
        let pong: Bool
    }

    /// Starts a sync or finds the active one.
    ///
    /// A connection that breaks before the answer, as when the orchestrator is killed, is tried once more: the same
    /// start finds the task that the first one may have made.
    ///
    /// - Throws: ``Problem``: 400 for what the orchestrator refuses, 503 when it or PostgreSQL is away.
    func start(_ request: SyncRequest, trace: String, logger: Logger) async throws(Problem) -> StartedSync {
        let parameters = StartParameters(
            gameName: request.player.gameName,
            tagLine: request.player.tagLine,
            platform: request.platform.rawValue,
            year: request.year,
            recovery: false
        )
        let deadline = ContinuousClock.now + timeout
        var canTryAgain = true
        while true {
            do throws(JSONRPCClientError) {
                return try await client.call(
                    "sync.start",
                    parameters,
                    returning: StartedSync.self,
                    timeout: ContinuousClock.now.duration(to: deadline),
                    trace: trace
                )
            } catch {
                if error.code == .connectionLost, canTryAgain {
                    canTryAgain = false
                    continue
                }
                logger.warning("a sync was not started", metadata: ["error": "\(error)"])
                throw Self.problem(for: error)
            }
        }
    }

    /// Whether the orchestrator answers, for readiness.
    func ping() async throws {
        _ = try await probe.call("service.ping", returning: Pong.self, timeout: GatewayLimits.pingTimeout)
    }

    func close() async {
        await client.close()
        await probe.close()
    }

    /// The answer for a call that failed.
    ///
    /// Nothing of the inside is told but what the orchestrator says to people.
    static func problem(for error: JSONRPCClientError) -> Problem {
        switch error.rpcError.map({ JSONRPCError.Code(rawValue: $0.code) }) {
        case .invalidParameters: .badRequest(error.message)
        case .dependencyDown: .unavailable("The database does not answer at present; nothing was started.")
        case .shuttingDown, .overloaded, .rateLimited, .deadlineExceeded, .cancelled:
            .unavailable("The service is busy or restarting; nothing was started.")
        case .some:
            Problem(status: .internalServerError, detail: "The sync could not be started; the log tells why.")
        case nil where error.code == .invalidAnswer || error.code == .invalidParameters:
            Problem(status: .internalServerError, detail: "The sync could not be started; the log tells why.")
        case nil:
            .unavailable("The orchestrator does not answer at present; try again in some seconds.")
        }
    }
}
