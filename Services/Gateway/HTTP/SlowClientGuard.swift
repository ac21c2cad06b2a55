import NIOCore
import NIOHTTPTypes

/// How long a client may hold a connection without doing its part.
struct ClientPatience: Sendable {
    /// From a request's head to the end of its body.
    var body = GatewayLimits.unwantedBodyTimeout
    /// From the moment at which no more of an answer fits on its way, until the client has taken of it.
    var answer = GatewayLimits.answerTimeout
}

/// Cuts a client off that does not finish its request's body, or does not take its answer.
///
/// The server's own idle time does not end such connections: every byte of a body renews it, and it does not run while an
/// answer is being written. There are only so many connections, and each of these would hold one for ever.
final class SlowClientGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let patience: ClientPatience
    private var isBodyUnfinished = false
    /// Whether the server wants the client's bytes; it does not while it holds enough that are not served yet.
    private var isReading = false
    private var bodyWatch: Scheduled<Void>?
    private var answerWatch: Scheduled<Void>?

    init(patience: ClientPatience) { self.patience = patience }

    // MARK: Bodies

    func read(context: ChannelHandlerContext) {
        isReading = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isBodyUnfinished = true
        case .body: break
        case .end:
            isBodyUnfinished = false
            bodyWatch?.cancel()
            bodyWatch = nil
        }
        context.fireChannelRead(data)
    }

    /// A watch begins here and not with the head: most requests have their end in the same bytes and need none.
    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        if isBodyUnfinished, bodyWatch == nil { watchBody(context) }
        context.fireChannelReadComplete()
    }

    private func watchBody(_ context: ChannelHandlerContext) {
        bodyWatch = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(patience.body)) { [self] in
            // A client whose bytes are not taken, since an earlier request is still being answered, is not late.
            if isReading { context.close(promise: nil) } else { watchBody(context) }
        }
    }

    // MARK: Answers

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        answerWatch?.cancel()
        answerWatch = nil
        if !context.channel.isWritable {
            answerWatch = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(patience.answer)) {
                context.close(promise: nil)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: The end

    func channelInactive(context: ChannelHandlerContext) {
        cancelWatches()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancelWatches() }

    private func cancelWatches() {
        bodyWatch?.cancel()
        answerWatch?.cancel()
    }
}
