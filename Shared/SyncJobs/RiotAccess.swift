public import JSONRPC
import Logging
public import Redis
public import RiotClient
public import ServiceRuntime

/// The one way in which a service reaches Riot: its client behind the limiter that all processes of the key share.
public struct RiotAccess: Sendable {
    /// Sends requests.
    public let client: RiotClient
    /// Gives permits.
    public let limiter: RateLimiter
    /// Gives the client a new key while the process runs; to be run with the other services.
    public let renewal: KeyRenewal

    /// Builds both from the settings.
    ///
    /// Without Redis no permit can be had but for a loopback base URL.
    ///
    /// - Throws: `StartupError` when there is no key or the base URL cannot be used.
    public init(context: ServiceContext, redis: RedisClient?) throws {
        let settings = context.settings
        do {
            let configuration = RiotConfiguration(
                baseURL: settings.riotBaseURL,
                key: try RiotKey(try context.riotAPIKey().reveal()),
                userAgent: "\(Release.product)/\(Release.version)"
            )
            limiter = RateLimiter(
                redis: redis,
                prefix: settings.redisPrefix,
                scope: settings.riotKeyScope,
                isLoopback: try RiotConfiguration.isLoopback(baseURL: settings.riotBaseURL),
                owner: WorkerName.make(context),
                logger: context.logger
            )
            client = try RiotClient(configuration: configuration, limiter: limiter, logger: context.logger)
            renewal = KeyRenewal(context: context, client: client)
        } catch let error as RiotError {
            throw StartupError.configuration(error.message)
        }
    }

    /// Gives up what the former process of this name was permitted, once its socket is ours: it has ended then.
    ///
    /// - Throws: what keeps `server` from listening, as when the former process is there still.
    public func takeOver(when server: JSONRPCServer) async throws {
        try await server.listening()
        await limiter.giveUpFormerPermits()
    }
}
