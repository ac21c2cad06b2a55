import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Sits in every connection: counts those that carry requests to Riot's endpoints, and sets the clock of answers.
///
/// The server puts its own `Date` into an answer after everybody else had his say, so that a clock that is wrong has to
/// be wrong here.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: ConnectionCount
    private let clock: SharedAnswerClock
    private var isCounted = false

    init(connections: ConnectionCount, clock: SharedAnswerClock) {
        self.connections = connections
        self.clock = clock
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isCounted, case .head(let head) = unwrapInboundIn(data), !SimulatorResponder.isControl(head.path ?? "/") {
            isCounted = true
            connections.increment()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let setting = clock.value
        guard setting != AnswerClock(), case .head(var head) = unwrapOutboundIn(data) else {
            context.write(data, promise: promise)
            return
        }
        head.headerFields[.date] = nil
        for date in setting.dates() { head.headerFields.append(HTTPField(name: .date, value: date)) }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
