import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Lets a connection that was accepted shortly before the end send its first request, which is then answered.
///
/// The server's own handler closes a connection without a request at once when the gateway ends. For one that stands
/// idle between two requests that is right: its client has an answer and opens another one. But a client whose
/// connection was just accepted has had none yet, and its request is on the way.
final class FirstRequestGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private let patience: TimeAmount
    private var hasRequest = false
    private var isEnding = false

    init(patience: Duration) { self.patience = TimeAmount(patience) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let isFirst = !hasRequest
        hasRequest = true
        context.fireChannelRead(data)
        // The handler behind this one closes when the request that it has just seen is answered.
        if isFirst, isEnding { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent, !hasRequest else {
            return context.fireUserInboundEventTriggered(event)
        }
        guard !isEnding else { return }
        isEnding = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: patience) {
            let (handler, context) = bound.value
            if !handler.hasRequest { context.close(promise: nil) }
        }
    }
}
