import NIOCore

/// Brings what happens on a channel to its connection.
///
/// Everything runs on the event loop, where the connection lives.
final class ServerConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: ServerConnection
    private let refusal: JSONRPCError?

    /// With a `refusal` the channel says it and closes.
    init(_ connection: ServerConnection, refusal: JSONRPCError?) {
        self.connection = connection
        self.refusal = refusal
    }

    func channelActive(context: ChannelHandlerContext) {
        let refusal = refusal
        connection.assumeIsolated { connection in
            if let refusal { connection.refuse(refusal) } else { connection.start() }
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        connection.assumeIsolated { $0.received(bytes) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.readEnded() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            connection.assumeIsolated { $0.inputClosed() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.closed() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A broken pipe or a reset: the peer is gone, and so is whoever waits for the answers.
        context.close(promise: nil)
    }
}
