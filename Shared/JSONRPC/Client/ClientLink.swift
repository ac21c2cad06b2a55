import Glibc
import Logging
import NIOCore
import NIOPosix
import Reactor

/// The state of a client: its connection, the calls that wait for one, the attempts to connect. Lives on the event loop.
actor ClientLink {
    private enum State {
        case idle
        case connecting
        case open(ClientConnection)
        case closed
    }

    /// Pauses between attempts to connect: short at first, because a service is back within moments.
    private static let firstPause: Duration = .milliseconds(5)
    private static let longestPause: Duration = .milliseconds(100)

    nonisolated let loop: any EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    private nonisolated let path: String
    private nonisolated let patience: Duration
    private nonisolated let numbers = Lock(UInt64(0))
    private let logger: Logger
    private let onNotification: (@Sendable (String, JSONText) -> Void)?
    private var state = State.idle
    private var calls: [UInt64: PendingCall] = [:]  // all without an outcome, sent or waiting
    private var waiting: [UInt64] = []  // not sent yet, in the order in which they came
    private var opening: ClientConnection?
    private var retired: [ObjectIdentifier: ClientConnection] = [:]  // refuse new calls, still owe answers
    private var pause = ClientLink.firstPause

    init(
        path: String,
        patience: Duration,
        loop: any EventLoop,
        logger: Logger,
        onNotification: (@Sendable (String, JSONText) -> Void)?
    ) {
        self.path = path
        self.patience = patience
        self.loop = loop
        self.logger = logger
        self.onNotification = onNotification
    }

    // MARK: Calls

    nonisolated func call(
        _ method: String,
        parameters: JSONText?,
        metadata: JSONText?,
        timeout: Duration
    ) async -> PendingCall.Outcome {
        let number = numbers.withLock { number in
            number += 1
            return number
        }
        let frame = RequestFrame.call(method, id: RequestID(number: number), parameters: parameters, metadata: metadata)
        guard frame.count <= JSONRPCLimits.frameBytes else {
            return .failure(
                JSONRPCClientError(.invalidParameters, "The parameters of \(method) are larger than a frame.")
            )
        }
        let now = NIODeadline.now()
        let isCancelled = Lock(false)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.loop.execute {
                    self.assumeIsolated { link in
                        let call = PendingCall(
                            number: number,
                            method: method,
                            frame: frame,
                            patienceEnd: now + TimeAmount(link.patience),
                            continuation: continuation
                        )
                        if isCancelled.withLock({ $0 }) {
                            call.finish(.failure(JSONRPCClientError(.cancelled, "The call was cancelled.")))
                        } else {
                            link.submit(call, deadline: now + TimeAmount(timeout))
                        }
                    }
                }
            }
        } onCancel: {
            isCancelled.withLock { $0 = true }
            loop.execute { self.assumeIsolated { $0.giveUp(number, .cancelled, "The call was cancelled.") } }
        }
    }

    /// Fails everything that has no answer and refuses later calls.
    func close() {
        let open: ClientConnection? = if case .open(let connection) = state { connection } else { nil }
        state = .closed
        fail(Array(calls.keys), .closed, "The client was closed.")
        waiting = []
        open?.assumeIsolated { $0.close() }
        for connection in retired.values { connection.assumeIsolated { $0.close() } }
    }

    private func submit(_ call: PendingCall, deadline: NIODeadline) {
        let (number, method) = (call.number, call.method)
        guard calls.count < JSONRPCLimits.pendingCalls else {
            let message = "\(JSONRPCLimits.pendingCalls) calls wait for \(path) already."
            return call.finish(.failure(JSONRPCClientError(.overloaded, message)))
        }
        calls[number] = call
        call.arm(
            loop.scheduleTask(deadline: deadline) {
                self.assumeIsolated { $0.giveUp(number, .timedOut, "\(method) on \($0.path) did not answer in time.") }
            }
        )
        send(call)
    }

    private func send(_ call: PendingCall) {
        switch state {
        case .open(let connection):
            let (number, frame) = (call.number, call.frame)
            connection.assumeIsolated { $0.send(number, frame) }
        case .connecting:
            waiting.append(call.number)
        case .idle:
            waiting.append(call.number)
            connect()
        case .closed:
            fail([call.number], .closed, "The client was closed.")
        }
    }

    private func giveUp(_ number: UInt64, _ code: JSONRPCClientError.Code, _ message: String) {
        guard calls[number] != nil else { return }
        waiting.removeAll { $0 == number }
        if case .open(let connection) = state { connection.assumeIsolated { $0.forget(number) } }
        for connection in retired.values { connection.assumeIsolated { $0.forget(number) } }
        fail([number], code, message)
    }

    private func fail(_ numbers: [UInt64], _ code: JSONRPCClientError.Code, _ message: String) {
        for number in numbers { finish(number, .failure(JSONRPCClientError(code, message))) }
    }

    private func finish(_ number: UInt64, _ outcome: PendingCall.Outcome) {
        calls.removeValue(forKey: number)?.finish(outcome)
    }

    // MARK: Connecting

    private func connect() {
        state = .connecting
        guard path.utf8.count <= JSONRPCLimits.pathBytes else {
            return failWaiting(.notRunning, "\(path) is longer than the path of a socket can be.")
        }
        ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ClientConnection(channel: channel) { [weak self] connection, event in
                        self?.assumeIsolated { $0.happened(event, on: connection) }
                    }
                    self.assumeIsolated { $0.opening = connection }
                    try channel.pipeline.syncOperations.addHandler(ClientConnectionHandler(connection))
                }
            }
            .connect(unixDomainSocketPath: path)
            .whenComplete { result in self.assumeIsolated { $0.didConnect(result) } }
    }

    private func didConnect(_ result: Result<any Channel, any Error>) {
        let connection = opening
        opening = nil
        switch (result, state) {
        case (.success(let channel), .closed):
            channel.close(promise: nil)
        case (.success, _):
            guard let connection else { return failWaiting(.notRunning, "Cannot connect to \(path).") }
            pause = Self.firstPause
            state = .open(connection)
            let numbers = waiting
            waiting = []
            for number in numbers { if let call = calls[number] { send(call) } }
        case (.failure, .closed):
            break
        case (.failure(let error), _):
            didFailToConnect(error)
        }
    }

    private func didFailToConnect(_ error: any Error) {
        let number = (error as? IOError)?.errnoCode
        guard number == ENOENT || number == ECONNREFUSED || number == EAGAIN else {
            let isForbidden = number == EACCES || number == EPERM
            return failWaiting(isForbidden ? .notPermitted : .notRunning, "Cannot connect to \(path): \(error).")
        }
        let now = NIODeadline.now()
        let impatient = waiting.filter { (calls[$0]?.patienceEnd ?? now) <= now }
        waiting.removeAll { impatient.contains($0) }
        fail(impatient, .notRunning, "Nobody listens on \(path): its service is not running.")
        guard let nearest = waiting.compactMap({ calls[$0]?.patienceEnd }).min() else {
            state = .idle
            return
        }
        let next = min(now + TimeAmount(pause), nearest)
        pause = min(pause * 2, Self.longestPause)
        loop.scheduleTask(deadline: next) {
            self.assumeIsolated { link in
                if case .connecting = link.state { link.connect() }
            }
        }
    }

    private func failWaiting(_ code: JSONRPCClientError.Code, _ message: String) {
        state = .idle
        let numbers = waiting
        waiting = []
        fail(numbers, code, message)
    }

    // MARK: Connection

    private func happened(_ event: ClientConnection.Event, on connection: ClientConnection) {
        switch event {
        case .notified(let method, let parameters):
            onNotification?(method, parameters)
        case .answered(let number, .error(let error)) where error.code == JSONRPCError.Code.shuttingDown.rawValue:
            retire(connection)
            guard let call = calls[number], call.patienceEnd > .now() else {
                return finish(number, .success(.error(error)))
            }
            send(call)  // not started there, so the next connection may have it
        case .answered(let number, let response):
            finish(number, .success(response))
        case .closed(let unanswered):
            retired[ObjectIdentifier(connection)] = nil
            if case .open(let current) = state, current === connection { state = .idle }
            fail(unanswered, .connectionLost, "The connection to \(path) broke before the call was answered.")
        }
    }

    /// Sends nothing more on a connection whose service is going down; answers may still come.
    private func retire(_ connection: ClientConnection) {
        guard case .open(let current) = state, current === connection else { return }
        retired[ObjectIdentifier(connection)] = connection
        state = .idle
    }
}
