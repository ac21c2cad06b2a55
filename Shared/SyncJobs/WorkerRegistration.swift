import JSONRPC
import Logging
import ServiceLifecycle
public import Storage
import WorkQueue

/// Parameters of `worker.register`.
public struct WorkerRegistrationParameters: Codable, Sendable {
    /// The method.
    public static let method = "worker.register"
    /// How long a registration is held before it is made again.
    public static let renewal = Duration.seconds(600)

    /// The name under which the worker holds jobs.
    public let worker: String
    /// The kind of jobs, `match` or `timeline`.
    public let kind: String
    /// Which process it is, of those that had or will have this name; a worker of an older version does not say.
    public let process: String?

    /// This process, a worker of one kind.
    public init(worker: String, kind: FetchKind) {
        self.worker = worker
        self.kind = kind.rawValue
        process = WorkQueue.process
    }
}

/// What `worker.register` answers when it ends in good order.
public struct WorkerRegistrationResult: Codable, Sendable {
    /// The worker is to register again.
    public let again: Bool

    /// The only answer there is.
    public init(again: Bool) { self.again = again }
}

/// Holds a call to the host's orchestrator open for as long as the worker lives, so that its death is noticed at once.
///
/// Without an orchestrator on this host leases alone tell.
struct WorkerRegistration: Service {
    /// Pause after a call that failed.
    private static let pause = Duration.milliseconds(200)
    /// Pause after the socket was not there for some time.
    private static let longPause = Duration.seconds(5)
    /// How much longer than the call is held its answer is waited for.
    private static let slack = Duration.seconds(30)

    let client: JSONRPCClient
    let parameters: WorkerRegistrationParameters
    let logger: Logger

    func run() async {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    _ = try await client.call(
                        WorkerRegistrationParameters.method,
                        parameters,
                        returning: WorkerRegistrationResult.self,
                        timeout: WorkerRegistrationParameters.renewal + Self.slack
                    )
                } catch let error as JSONRPCClientError {
                    try await Task.sleep(for: pause(after: error))
                }
            }
        }
        await client.close()
    }

    /// Tells why there is no registration, and how long to wait for the next try.
    private func pause(after error: JSONRPCClientError) -> Duration {
        let isEnding = error.rpcError?.code == JSONRPCError.Code.shuttingDown.rawValue
        let isRefused = error.code == .refused && !isEnding
        logger.log(
            level: isRefused ? .warning : .debug,
            "not registered with an orchestrator: this worker's end would be noticed by its leases only",
            metadata: ["reason": "\(error)"]
        )
        return isRefused || error.code == .notRunning ? Self.longPause : Self.pause
    }
}
