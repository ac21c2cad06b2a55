public import Logging
import Reactor
import RiotModels

/// The client of the Riot API that all services share: one HTTP engine, one judge of what may be sent, one table of
/// reactions.
public final class RiotClient: Sendable {
    private let baseURL: RiotBaseURL
    private let configuration: RiotConfiguration
    private let key: Lock<RiotKey>
    /// The judge of what may be sent.
    public let limiter: RateLimiter
    let desk: PermitDesk
    private let engine: HTTPEngine
    private let isProbing = Lock(false)
    let logger: Logger

    /// Starts the engine's thread; throws `.invalidConfiguration` when the base URL or a header cannot be used.
    public init(
        configuration: RiotConfiguration,
        limiter: RateLimiter,
        logger: Logger
    )
        throws(RiotError)
    {
        baseURL = try RiotBaseURL(template: configuration.baseURL)
        guard configuration.userAgent.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw RiotError(
                .invalidConfiguration,
                "The user agent may hold visible ASCII and spaces only."
            )
        }
        guard configuration.requestTimeout < LimiterTiming.permitLifetime else {
            throw RiotError(
                .invalidConfiguration,
                "The request time-out must be below \(LimiterTiming.permitLifetime), the lifetime of a permit."
            )
        }
        self.configuration = configuration
        self.limiter = limiter
        self.logger = logger
        key = Lock(configuration.key)
        limiter.useKey(configuration.key)
        desk = PermitDesk()
        engine = HTTPEngine(name: "riot-http")
    }

    /// Uses another key from the next request on; a refusal of the former one does not stop it.
    public func replaceKey(_ newKey: RiotKey) {
        key.withLock { $0 = newKey }
        limiter.useKey(newKey)
    }

    /// Requests that are under way now.
    var underWay: Int { engine.counters.outstanding }

    /// Requests that wait for a permit now.
    package var waiting: Int { desk.count }

    /// Ends requests that are under way, and the engine's thread.
    public func shutdown() async { await engine.shutdown() }

    // MARK: Permits

    /// A permit for one request, or how long to wait and why; see `RateLimiter.acquire`.
    ///
    /// When a refused key is due to be probed, this finds out with the cheapest request there is (status-v4), once per
    /// interval for all processes, before it answers.
    public func acquire(
        route: String,
        method: RiotMethod,
        priority: RequestPriority = .background
    ) async -> PermitDecision {
        let decision = await limiter.acquire(route: route, method: method, priority: priority)
        guard case .wait(let wait) = decision, wait.isKeyProbeDue else { return decision }
        guard await probeKey(near: route) else {
            return .wait(PermitWait(Self.probePatience, wait.reason))
        }
        let second = await limiter.acquire(route: route, method: method, priority: priority)
        // The probe did not reach Riot, and may be sent again: not at once.
        guard case .wait(let wait) = second, wait.isKeyProbeDue else { return second }
        return .wait(PermitWait(Self.probePatience, wait.reason))
    }

    /// Between two looks whether somebody else's probe has come back.
    private static let probePatience: Duration = .seconds(1)

    /// Whether a probe was sent and has ended.
    private func probeKey(near route: String) async -> Bool {
        let isFirst = isProbing.withLock { isProbing in
            defer { isProbing = true }
            return !isProbing
        }
        guard isFirst else { return false }
        defer { isProbing.withLock { $0 = false } }
        let request = RiotRequest.platformStatus(Platform.nearest(to: route))
        guard case .granted(let permit) = await limiter.acquireKeyProbe(route: request.route) else { return false }
        _ = await attempt(request, permit: permit)
        return true
    }

    // MARK: One request

    /// Sends one request with a permit for its route and method, and spends the permit whatever comes.
    ///
    /// What the answer says about limits, stops and the key is known to all processes before this returns. A task that
    /// is cancelled meanwhile gets `.abandoned`; its connection is closed at once.
    public func attempt(_ request: RiotRequest, permit: Permit) async -> RiotOutcome {
        guard permit.route == request.route, permit.method == request.method else {
            await limiter.giveBack(permit)
            return .refused(
                status: 0,
                message: "The permit is for another route or method; nothing was sent."
            )
        }
        let left = ContinuousClock.now.duration(to: permit.expires)
        guard left > configuration.connectTimeout else {
            await limiter.giveBack(permit)
            return .abandoned(reason: "The permit was too old to be used; nothing was sent.")
        }
        let key = key.withLock { $0 }
        do throws(RiotError) {
            let httpRequest = HTTPRequest(
                url: try baseURL.address(of: request),
                key: key,
                userAgent: configuration.userAgent,
                connectTimeout: configuration.connectTimeout,
                timeout: min(configuration.requestTimeout, left),
                bodyLimit: configuration.bodyLimit,
                pace: configuration.pace
            )
            return await send(httpRequest, for: request, permit: permit)
        } catch {
            await limiter.giveBack(permit)
            return .refused(status: 0, message: error.message)
        }
    }

    private func send(
        _ httpRequest: HTTPRequest,
        for request: RiotRequest,
        permit: Permit
    ) async
        -> RiotOutcome
    {
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await engine.perform(httpRequest)
        } catch {
            return await react(to: error, of: request, permit: permit)
        }
        RiotMetrics.count(request, result: "\(response.status)", duration: response.duration)
        let reaction = Reaction(status: response.status, limitType: response.headers[.limitType])
        if reaction != .success { log(response, of: request, "Riot answered \(response.status).") }
        // A stop is known before the slot is free: nobody slips through in between.
        let outcome = await outcome(
            of: response,
            reaction,
            request: request,
            permit: permit,
            key: httpRequest.key
        )
        let works = reaction == .success || reaction == .absent
        await limiter.settle(permit, headers: response.headers, works: works)
        return outcome
    }

    private func outcome(
        of response: HTTPResponse,
        _ reaction: Reaction,
        request: RiotRequest,
        permit: Permit,
        key: RiotKey
    ) async -> RiotOutcome {
        let status = response.status
        let message = reaction == .success ? nil : ServerMessage.read(response, key: key)
        switch reaction {
        case .success:
            await limiter.acceptKey(key, permit: permit)
            return check(response, of: request)
        case .absent:
            await limiter.acceptKey(key, permit: permit)
            return .notFound(message ?? "Riot does not have it (\(status)).")
        case .keyRejected:
            let path = request.route + "/" + request.path.joined(separator: "/")
            guard await limiter.refuseKey(key, permit: permit, status: status, path: path) else {
                return .refused(
                    status: status,
                    message: message ?? "Riot forbids this request with this key."
                )
            }
            return .keyRejected(status)
        case .limited(let scope):
            RiotMetrics.countRefusal(request, scope: scope)
            let full = LimitHeaders(response.headers).fullWindow(for: scope)
            let pause = await limiter.block(
                permit,
                scope: scope,
                retryAfter: RetryAfter.parse(response.headers[.retryAfter]) ?? full,
                isWindowKnown: full != nil
            )
            return .rateLimited(after: pause, type: scope.rawValue)
        case .again: return .retryable(reason: "Riot answered \(status).", after: nil)
        case .againLater:
            let asked = RetryAfter.parse(response.headers[.retryAfter])
            return .retryable(reason: "Riot answered \(status).", after: asked ?? Reaction.laterPause)
        case .refused:
            return .refused(status: status, message: message ?? "Riot refused the request (\(status)).")
        }
    }

    private func check(_ response: HTTPResponse, of request: RiotRequest) -> RiotOutcome {
        let encoding = response.headers[.contentEncoding]
        switch BodyCheck.text(of: response.body, encoding: encoding, limit: configuration.inflatedLimit)
        {
        case .success(let text):
            return .success(
                RiotResponse(
                    status: response.status,
                    body: response.body,
                    isGzip: encoding.map { $0.lowercased() != "identity" } ?? false,
                    traceID: response.headers[.traceID],
                    inflated: text
                )
            )
        case .failure(let flaw):
            log(response, of: request, "Riot's answer cannot be used: \(flaw.reason).")
            return .retryable(reason: "Riot's answer cannot be used: \(flaw.reason).", after: nil)
        }
    }

    private func react(
        to failure: HTTPFailure,
        of request: RiotRequest,
        permit: Permit
    ) async
        -> RiotOutcome
    {
        RiotMetrics.count(request, result: failure.code.rawValue, duration: nil)
        if failure.wasSent {
            await limiter.settle(permit, headers: failure.headers, works: false)
        } else {
            await limiter.giveBack(permit)
        }
        let reason = "No answer from Riot: \(failure.message)."
        if failure.code == .cancelled { return .abandoned(reason: reason) }
        switch Reaction(failure: failure.code) {
        case .refused: return .refused(status: 0, message: reason)
        case .againLater:
            logFailure(failure, of: request)
            return .retryable(reason: reason, after: Reaction.laterPause)
        default:
            logFailure(failure, of: request)
            return .retryable(reason: reason, after: nil)
        }
    }

    // MARK: Logs, without path and key

    private func log(_ response: HTTPResponse, of request: RiotRequest, _ sentence: String) {
        logger.log(
            level: response.status == 404 ? .debug : .warning,
            "\(sentence)",
            metadata: [
                "route": "\(request.route)", "method": "\(request.method.rawValue)",
                "limit_type": "\(response.headers[.limitType] ?? "-")",
                "retry_after": "\(response.headers[.retryAfter] ?? "-")",
                "trace": "\(response.headers[.traceID] ?? "-")",
            ]
        )
    }

    private func logFailure(_ failure: HTTPFailure, of request: RiotRequest) {
        logger.log(
            level: failure.code == .cancelled ? .debug : .warning,
            "No answer from Riot.",
            metadata: [
                "route": "\(request.route)", "method": "\(request.method.rawValue)",
                "failure": "\(failure.code.rawValue)", "sent": "\(failure.wasSent)",
                "detail": "\(failure.message)", "trace": "\(failure.headers?[.traceID] ?? "-")",
            ]
        )
    }
}
