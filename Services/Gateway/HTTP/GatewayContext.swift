import Hummingbird
import Logging
import NIOCore

/// What a request knows of itself while it is answered.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who sent it.
    let client: ClientAddress
    /// Breaks the connection off; nothing apart from one.
    let closeConnection: @Sendable () -> Void
    /// The id under which log lines and the answer name it.
    var requestID = ""

    init(source: ApplicationRequestContextSource) {
        let channel = source.channel
        self.init(source, client: ClientAddress(channel.remoteAddress)) { channel.close(promise: nil) }
    }

    /// A context apart from any connection.
    init(
        _ source: some RequestContextSource,
        client: ClientAddress,
        closeConnection: @escaping @Sendable () -> Void = {}
    ) {
        coreContext = .init(source: source)
        self.client = client
        self.closeConnection = closeConnection
    }
}
