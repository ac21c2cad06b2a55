import Hummingbird
import NIOCore

/// What comes with a request: the connection, because some faults strike the connection itself.
struct SimulatorContext: InitializableFromSource {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
    }
}
