import JSON
import NIOCore

/// One connection of a client and the numbers of the calls that were sent on it. Lives on the event loop.
actor ClientConnection {
    /// What a connection tells the link that made it.
    enum Event {
        /// A call was answered.
        case answered(UInt64, JSONRPCResponse)
        /// The service sent a notification.
        case notified(String, JSONText)
        /// The connection is gone; these calls were sent on it.
        case closed(unanswered: [UInt64])
    }

    nonisolated let channel: any Channel
    nonisolated var unownedExecutor: UnownedSerialExecutor { channel.eventLoop.executor.asUnownedSerialExecutor() }

    private let report: (ClientConnection, Event) -> Void
    private var machine = FrameMachine()
    private var sent: Set<UInt64> = []
    private var isFlushScheduled = false

    init(channel: any Channel, report: sending @escaping (ClientConnection, Event) -> Void) {
        self.channel = channel
        self.report = report
    }

    /// Writes the frame of a call, together with those of other calls of this turn of the loop.
    func send(_ number: UInt64, _ frame: [UInt8]) {
        sent.insert(number)
        var buffer = channel.allocator.buffer(capacity: frame.count + 1)
        buffer.writeBytes(frame)
        buffer.writeInteger(UInt8(ascii: "\n"))
        channel.write(buffer, promise: nil)
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        channel.eventLoop.execute { self.assumeIsolated { $0.flush() } }
    }

    /// Stops waiting for an answer; it is dropped when it comes.
    func forget(_ number: UInt64) { sent.remove(number) }

    func close() { channel.close(promise: nil) }

    private func flush() {
        isFlushScheduled = false
        channel.flush()
    }

    // MARK: Events of the channel

    func received(_ bytes: ByteBuffer) {
        machine.receive(bytes.readableBytesView)
        while let event = machine.next() {
            guard case .frame(let frame) = event, read(frame) else { return close() }
        }
    }

    func closed() {
        let unanswered = sent.sorted()
        sent = []
        report(self, .closed(unanswered: unanswered))
    }

    /// False when the peer does not speak JSON-RPC 2.0.
    private func read(_ frame: [UInt8]) -> Bool {
        switch IncomingFrame(parsing: frame) {
        case .refused: false
        case .single(let message): read(message)
        case .batch(let messages): messages.allSatisfy { read($0) }
        }
    }

    private func read(_ message: IncomingMessage) -> Bool {
        switch message {
        case .refused: return false
        case .request(let request):
            let parameters = request.parameters.map { JSONText(trusted: $0.rawBytes) } ?? .null
            if request.id == nil { report(self, .notified(request.method, parameters)) }
            return true
        case .response(let value):
            guard let (id, response) = JSONRPCResponse.read(value) else { return false }
            // An answer without a call: its caller gave up, or the service could not read an id and nobody waits.
            guard let number = id.number, sent.remove(number) != nil else { return true }
            report(self, .answered(number, response))
            return true
        }
    }
}

/// Brings what happens on a channel to its connection.
///
/// Everything runs on the event loop, where the connection lives.
final class ClientConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: ClientConnection

    init(_ connection: ClientConnection) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        connection.assumeIsolated { $0.received(bytes) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.assumeIsolated { $0.closed() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
