import Logging
import NIOCore
import Reactor

/// One peer of a server: cuts its bytes into frames, runs them, writes the answers. Lives on the event loop.
///
/// Requests run on the cooperative pool, at most `JSONRPCLimits.requestsInFlight` at a time; while there are as many,
/// the socket is not read, so the peer's writes block and nothing piles up here.
actor ServerConnection {
    nonisolated let channel: any Channel
    nonisolated var unownedExecutor: UnownedSerialExecutor { channel.eventLoop.executor.asUnownedSerialExecutor() }

    private let dispatcher: JSONRPCDispatcher
    private let logger: Logger
    private let owner: ServerConnections  // a cycle until `closed`
    private let unfinishedFrameTimeout: TimeAmount
    private let runningIDs = Lock(Set<RequestID>())

    private var machine = FrameMachine()
    private var heldFrame: [UInt8]?  // waits for room among the running requests
    private var tasks: [UInt64: Task<Void, Never>] = [:]
    private var lastTask: UInt64 = 0
    private var inFlight = 0
    private var unfinishedFrame: Scheduled<Void>?  // belongs to the frame that has begun, not to the connection
    private var isReading = false
    private var isFlushScheduled = false
    private var isInputClosed = false
    private var isDraining = false
    private var isClosed = false

    init(
        channel: any Channel,
        dispatcher: JSONRPCDispatcher,
        logger: Logger,
        owner: ServerConnections,
        unfinishedFrameTimeout: Duration
    ) {
        self.channel = channel
        self.dispatcher = dispatcher
        self.logger = logger
        self.owner = owner
        self.unfinishedFrameTimeout = TimeAmount(unfinishedFrameTimeout)
    }

    // MARK: Events of the channel

    func start() { read() }

    /// Answers nothing but this error.
    func refuse(_ error: JSONRPCError) {
        isInputClosed = true
        write(JSONRPCResponse.error(error).frame(for: .null))
        closeWhenDone()
    }

    func received(_ bytes: ByteBuffer) {
        machine.receive(bytes.readableBytesView)
        runFrames()
    }

    func readEnded() {
        isReading = false
        readIfRoom()
    }

    /// The peer has shut down its side; it may still read the answers.
    func inputClosed() {
        isInputClosed = true
        runFrames()
        closeWhenDone()
    }

    /// The connection is gone; nobody waits for the answers.
    func closed() {
        isClosed = true
        unfinishedFrame?.cancel()
        for task in tasks.values { task.cancel() }
        owner.assumeIsolated { $0.remove(self) }
    }

    // MARK: Shutdown

    /// Finishes what runs, refuses what comes, then closes.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        runFrames()
        // Requests that the peer wrote before it saw the socket vanish are still read and refused.
        channel.eventLoop.scheduleTask(in: TimeAmount(JSONRPCLimits.farewell)) {
            self.assumeIsolated { connection in
                connection.isInputClosed = true
                connection.closeWhenDone()
            }
        }
    }

    /// Cancels what runs and closes now.
    func abort() { channel.close(promise: nil) }

    // MARK: Frames

    private func runFrames() {
        while !isClosed, inFlight < JSONRPCLimits.requestsInFlight, let frame = takeFrame() {
            if isDraining {
                if let refusal = dispatcher.refusal(of: frame, .shuttingDown) { write(refusal) }
                continue
            }
            let weight = Self.isBatch(frame) ? JSONRPCLimits.batchWidth : 1
            guard inFlight + weight <= JSONRPCLimits.requestsInFlight else {
                heldFrame = frame
                break
            }
            run(frame, weight: weight)
        }
        watchUnfinishedFrame()
    }

    private func takeFrame() -> [UInt8]? {
        if let frame = heldFrame {
            heldFrame = nil
            return frame
        }
        while let event = isInputClosed ? machine.finish() : machine.next() {
            forgetUnfinishedFrame()
            switch event {
            case .frame(let frame): return frame
            case .oversize:
                refuseOversize("The frame is larger than \(JSONRPCLimits.frameBytes) bytes; it was skipped.")
            case .hopeless:
                refuseOversize("No line feed came in \(JSONRPCLimits.skippedBytes) bytes; the connection is closed.")
                channel.flush()
                channel.close(promise: nil)
                return nil
            }
        }
        return nil
    }

    private func refuseOversize(_ sentence: String) {
        write(
            JSONRPCResponse.error(.frameTooLarge(sentence, limit: JSONRPCLimits.frameBytes)).frame(for: .null)
        )
    }

    private static func isBatch(_ frame: [UInt8]) -> Bool {
        frame.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") } == UInt8(ascii: "[")
    }

    private func run(_ frame: [UInt8], weight: Int) {
        lastTask += 1
        let id = lastTask
        inFlight += weight
        let dispatcher = dispatcher
        // Cancelled by `closed`; `drain` closes only when every task has come back through `answered`.
        tasks[id] = Task { @concurrent in
            let answer = await dispatcher.respond(to: frame, context: CallContext(connection: self))
            await self.answered(id, weight: weight, with: answer)
        }
    }

    private func answered(_ id: UInt64, weight: Int, with answer: [UInt8]?) {
        tasks[id] = nil
        inFlight -= weight
        guard !isClosed else { return }
        if let answer { write(answer) }
        runFrames()
        readIfRoom()
        closeWhenDone()
    }

    private func forgetUnfinishedFrame() {
        unfinishedFrame?.cancel()
        unfinishedFrame = nil
    }

    /// Gives a frame that has begun its time, as long as the socket is read (see `readIfRoom`): a peer whose bytes are not
    /// taken is not late.
    private func watchUnfinishedFrame() {
        guard !isClosed, machine.hasUnfinishedFrame, !isInputClosed, heldFrame == nil,
            inFlight < JSONRPCLimits.requestsInFlight
        else { return forgetUnfinishedFrame() }
        guard unfinishedFrame == nil else { return }
        unfinishedFrame = channel.eventLoop.scheduleTask(in: unfinishedFrameTimeout) {
            self.assumeIsolated { $0.giveUpUnfinishedFrame() }
        }
    }

    private func giveUpUnfinishedFrame() {
        logger.info("a peer did not finish a frame in time")
        let error = JSONRPCError.parseError(
            "The frame was not finished in time; the connection is closed.",
            offset: nil
        )
        isInputClosed = true
        machine = FrameMachine()
        write(JSONRPCResponse.error(error).frame(for: .null))
        closeWhenDone()
    }

    // MARK: Channel

    private func readIfRoom() {
        guard !isReading, !isInputClosed, !isClosed, heldFrame == nil else { return }
        if inFlight < JSONRPCLimits.requestsInFlight { read() }
    }

    private func read() {
        isReading = true
        channel.read()
    }

    private func write(_ frame: [UInt8]) {
        guard !isClosed else { return }
        var buffer = channel.allocator.buffer(capacity: frame.count + 1)
        buffer.writeBytes(frame)
        buffer.writeInteger(UInt8(ascii: "\n"))
        channel.write(buffer, promise: nil)
        flushSoon()
    }

    /// One flush for all answers of this turn of the loop.
    private func flushSoon() {
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        channel.eventLoop.execute { self.assumeIsolated { $0.flush() } }
    }

    private func flush() {
        isFlushScheduled = false
        guard !isClosed else { return }
        channel.flush()
        let unsent = try? channel.syncOptions?.getOption(.bufferedWritableBytes)
        if let unsent, unsent > JSONRPCLimits.unsentBytes {
            logger.warning("cut off a peer that does not read its answers", metadata: ["unsent_bytes": "\(unsent)"])
            channel.close(promise: nil)
            return
        }
        closeWhenDone()
    }

    private func closeWhenDone() {
        guard isInputClosed, inFlight == 0, heldFrame == nil, !isFlushScheduled, !isClosed else { return }
        // Written behind everything else, so it completes when the peer's kernel has taken all answers.
        channel.writeAndFlush(channel.allocator.buffer(capacity: 0)).whenComplete { _ in
            self.channel.close(promise: nil)
        }
    }
}

extension ServerConnection: CallConnection {
    nonisolated func send(_ frame: [UInt8]) -> Bool {
        guard channel.isActive else { return false }
        channel.eventLoop.execute { self.assumeIsolated { $0.write(frame) } }
        return true
    }

    nonisolated func claim(_ id: RequestID) -> Bool {
        id == .null || runningIDs.withLock { $0.insert(id).inserted }
    }

    nonisolated func release(_ id: RequestID) { runningIDs.withLock { _ = $0.remove(id) } }
}
