import HTTPTypes
import JSONRPC
import Logging
import RiotModels
import Storage

/// Starts syncs and looks players up on the orchestrator of this host.
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
            recovery: request.recovery
        )
        return try await start("sync.start", parameters, trace: trace, logger: logger)
    }

    private struct TaskParameters: Encodable, Sendable {
        let taskID: String
        var reason: String?

        enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case reason
        }
    }

    /// Starts the sync of a task's player and year once more, or finds the active one.
    ///
    /// - Throws: ``Problem``: 404 for an unknown task, 409 when its player was erased, and as a start does.
    func retry(_ id: TaskID, trace: String, logger: Logger) async throws(Problem) -> StartedSync {
        try await start("sync.retry", TaskParameters(taskID: id.text), trace: trace, logger: logger)
    }

    /// Cancels a task; one that has ended stays as it is.
    ///
    /// - Throws: ``Problem``: 404 for an unknown task, 400 for a reason that the orchestrator refuses, 503 when it or
    ///   PostgreSQL is away.
    func cancel(_ id: TaskID, reason: String, trace: String, logger: Logger) async throws(Problem) {
        let parameters = TaskParameters(taskID: id.text, reason: reason)
        do throws(JSONRPCClientError) {
            _ = try await call("sync.cancel", parameters, timeout: timeout, trace: trace)
        } catch {
            logger.warning("a task was not cancelled", metadata: ["task": "\(id)", "error": "\(error)"])
            throw Self.problem(for: error, .ofCancellation)
        }
    }

    private func start(
        _ method: String,
        _ parameters: some Encodable & Sendable,
        trace: String,
        logger: Logger
    ) async throws(Problem) -> StartedSync {
        let answer: JSONText
        do throws(JSONRPCClientError) {
            answer = try await call(method, parameters, timeout: timeout, trace: trace)
        } catch {
            logger.warning("a sync was not started", metadata: ["error": "\(error)"])
            throw Self.problem(for: error)
        }
        do {
            return try answer.decoded()
        } catch {
            logger.error("an orchestrator answered something else than a started sync", metadata: ["error": "\(error)"])
            throw Self.failed(.ofStart)
        }
    }

    private struct LookupParameters: Encodable, Sendable {
        let gameName: String
        let tagLine: String
        let platform: String

        enum CodingKeys: String, CodingKey {
            case gameName = "game_name"
            case tagLine = "tag_line"
            case platform
        }
    }

    /// Asks Riot for a player and returns the orchestrator's answer as it is; repeating it does no harm.
    ///
    /// - Throws: ``Problem``: 404 for an unknown player, 503 when something that the answer needs does not work.
    func lookUp(_ request: LookupRequest, trace: String, logger: Logger) async throws(Problem) -> JSONText {
        let parameters = LookupParameters(
            gameName: request.player.gameName,
            tagLine: request.player.tagLine,
            platform: request.platform.rawValue
        )
        do throws(JSONRPCClientError) {
            return try await call("player.lookup", parameters, timeout: GatewayLimits.lookupTimeout, trace: trace)
        } catch {
            logger.info("a player was not found", metadata: ["error": "\(error)"])
            throw Self.lookupProblem(for: error)
        }
    }

    /// Calls a method that may be repeated, once more when the connection breaks before the answer.
    private func call(
        _ method: String,
        _ parameters: some Encodable & Sendable,
        timeout: Duration,
        trace: String
    ) async throws(JSONRPCClientError) -> JSONText {
        let text = try? JSONText(encoding: parameters)
        let deadline = ContinuousClock.now + timeout
        do throws(JSONRPCClientError) {
            return try await client.call(method, text: text, timeout: timeout, trace: trace)
        } catch {
            guard error.code == .connectionLost else { throw error }
            let left = ContinuousClock.now.duration(to: deadline)
            return try await client.call(method, text: text, timeout: left, trace: trace)
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

    /// What is said of failures that are nothing of the caller's.
    struct FailureSentences {
        let failed: String
        let databaseAway: String
        let busy: String
        let orchestratorAway: String

        static let ofStart = FailureSentences(
            failed: "The sync could not be started; the log tells why.",
            databaseAway: "The database does not answer at present; nothing was started.",
            busy: "The service is busy or restarting; nothing was started.",
            orchestratorAway: "The orchestrator does not answer at present; try again in some seconds."
        )
        static let ofCancellation = FailureSentences(
            failed: "The task could not be cancelled; the log tells why.",
            databaseAway: "The database does not answer at present; the task goes on.",
            busy: "The service is busy or restarting; the task goes on.",
            orchestratorAway: "The orchestrator does not answer at present; ask again, a task is cancelled only once."
        )
    }

    private static func failed(_ sentences: FailureSentences) -> Problem {
        Problem(status: .internalServerError, detail: sentences.failed)
    }

    private struct ErrorData: Decodable {
        let dependency: String?
    }

    /// The answer for a lookup that failed: why Riot's answer could not be had, in the orchestrator's words.
    static func lookupProblem(for error: JSONRPCClientError) -> Problem {
        guard let refusal = error.rpcError else {
            switch error.code {
            case .invalidAnswer, .invalidParameters:
                return Problem(status: .internalServerError, detail: "The lookup failed; the log tells why.")
            default: return .unavailable("The orchestrator does not answer at present; try again in some seconds.")
            }
        }
        switch JSONRPCError.Code(rawValue: refusal.code) {
        case .invalidParameters: return .badRequest(refusal.message)
        case .notFound: return .notFound(refusal.message)
        case .dependencyDown where refusal.decodedData(as: ErrorData.self)?.dependency != "postgresql":
            return .unavailable(refusal.message)
        case .dependencyDown: return .unavailable("The database does not answer at present.")
        case .shuttingDown, .overloaded, .rateLimited, .deadlineExceeded, .cancelled:
            return .unavailable("The service is busy or restarting.")
        default: return Problem(status: .internalServerError, detail: "The lookup failed; the log tells why.")
        }
    }

    /// The answer for a start or a cancellation that failed.
    ///
    /// Nothing of the inside is told but what the orchestrator says to people.
    static func problem(for error: JSONRPCClientError, _ sentences: FailureSentences = .ofStart) -> Problem {
        switch error.rpcError.map({ JSONRPCError.Code(rawValue: $0.code) }) {
        case .invalidParameters: .badRequest(error.message)
        case .notFound: .notFound("\(error.message.prefix(1).uppercased())\(error.message.dropFirst()).")
        case .conflict:
            Problem(status: .conflict, detail: "\(error.message.prefix(1).uppercased())\(error.message.dropFirst()).")
        case .dependencyDown: .unavailable(sentences.databaseAway)
        case .shuttingDown, .overloaded, .rateLimited, .deadlineExceeded, .cancelled: .unavailable(sentences.busy)
        case .some: failed(sentences)
        case nil where error.code == .invalidAnswer || error.code == .invalidParameters: failed(sentences)
        case nil: .unavailable(sentences.orchestratorAway)
        }
    }
}
