import Hummingbird
import Logging
import NIOCore

/// What a request knows of itself while it is answered.
struct GatewayContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who sent it.
    let client: ClientAddress
    /// The id under which log lines and the answer name it.
    var requestID = ""

    init(source: ApplicationRequestContextSource) {
        self.init(source, client: ClientAddress(source.channel.remoteAddress))
    }

    /// A context apart from any connection.
    init(_ source: some RequestContextSource, client: ClientAddress) {
        coreContext = .init(source: source)
        self.client = client
    }
}
