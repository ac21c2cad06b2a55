public import Logging
import NIOCore

/// Calls the methods of a service on a Unix socket.
///
/// Connects when a call needs it, again after the connection broke, and carries many calls at once on one connection.
/// A call that the service refuses because it is shutting down is made again on the next connection, since it was not
/// started; no other call is ever repeated.
public final class JSONRPCClient: Sendable {
    /// How long calls wait for a socket that is not there, as while its service restarts, unless told otherwise.
    public static let defaultPatience: Duration = .seconds(5)

    private let link: ClientLink

    /// Creates a client; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - connectPatience: how long a call waits for somebody to listen before it fails with `.notRunning`; 0: at once.
    ///   - onNotification: gets the method and the parameters of notifications from the service. Called on the thread of
    ///     the sockets: it must return at once.
    public init(
        socketPath: String,
        connectPatience: Duration = JSONRPCClient.defaultPatience,
        logger: Logger,
        onNotification: (@Sendable (_ method: String, _ parameters: JSONText) -> Void)? = nil
    ) {
        link = ClientLink(
            path: socketPath,
            patience: connectPatience,
            loop: RPCEventLoop.shared,
            logger: logger,
            onNotification: onNotification
        )
    }

    deinit {
        let link = link
        link.loop.execute { link.assumeIsolated { $0.close() } }
    }

    /// Calls a method and decodes its result.
    ///
    /// - Parameters:
    ///   - timeout: for everything together, waiting for the socket included. The service is told (`_meta.deadline_ms`)
    ///     and drops the call if it comes to it later.
    ///   - trace: word by which the log lines of one piece of work are found in all services.
    public func call<Parameters: Encodable & Sendable, Result: Decodable & Sendable>(
        _ method: String,
        _ parameters: Parameters,
        returning: Result.Type = Result.self,
        timeout: Duration = .seconds(10),
        trace: String? = nil
    ) async throws(JSONRPCClientError) -> Result {
        let text: JSONText
        do {
            text = try JSONText(encoding: parameters)
        } catch {
            throw JSONRPCClientError(.invalidParameters, "The parameters of \(method) cannot be written as JSON.")
        }
        let answer = try await call(method, text: text, timeout: timeout, trace: trace)
        do {
            return try answer.decoded()
        } catch {
            throw JSONRPCClientError(.invalidAnswer, "\(method) answered something else than expected.")
        }
    }

    /// Calls a method without parameters and decodes its result.
    public func call<Result: Decodable & Sendable>(
        _ method: String,
        returning: Result.Type = Result.self,
        timeout: Duration = .seconds(10)
    ) async throws(JSONRPCClientError) -> Result {
        try await call(method, NoParameters(), timeout: timeout)
    }

    /// Calls a method with parameters that are JSON already, an object or an array, and returns its result as JSON.
    public func call(
        _ method: String,
        text: JSONText?,
        timeout: Duration = .seconds(10),
        trace: String? = nil
    ) async throws(JSONRPCClientError) -> JSONText {
        guard timeout > .zero else { throw JSONRPCClientError(.timedOut, "\(method) was given no time.") }
        let metadata = try? JSONText(encoding: Metadata(timeout: timeout, trace: trace))
        switch await link.call(method, parameters: text, metadata: metadata, timeout: timeout) {
        case .success(.result(let bytes)): return JSONText(trusted: bytes)
        case .success(.error(let error)): throw JSONRPCClientError(refusedWith: error)
        case .failure(let error): throw error
        }
    }

    /// Closes the connection; calls that wait fail with `.closed`, and so do later ones.
    public func close() async { await link.close() }

    /// `_meta` of a call.
    private struct Metadata: Encodable {
        let deadline: Int64
        let trace: String?

        init(timeout: Duration, trace: String?) {
            let longest = Duration.milliseconds(CallMetadata.longestDeadline)
            deadline = CallMetadata.now() + Int64(min(timeout, longest) / .milliseconds(1))
            self.trace = trace
        }

        enum CodingKeys: String, CodingKey {
            case deadline = "deadline_ms"
            case trace
        }
    }
}
