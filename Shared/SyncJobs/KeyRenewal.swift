import Logging
import RiotClient
public import ServiceLifecycle
import ServiceRuntime

/// Hands a new API key to the client while the process runs.
public struct KeyRenewal: Service {
    private let watch: RiotKeyWatch
    private let client: RiotClient
    private let logger: Logger

    init(context: ServiceContext, client: RiotClient) {
        watch = RiotKeyWatch(context: context)
        self.client = client
        logger = context.logger
    }

    /// Watches until the process stops.
    public func run() async {
        await cancelWhenGracefulShutdown {
            await watch.run { secret in
                do throws(RiotError) {
                    client.replaceKey(try RiotKey(secret.reveal()))
                } catch {
                    logger.error("the new API key is not used", metadata: ["error": "\(error.message)"])
                }
            }
        }
    }
}
