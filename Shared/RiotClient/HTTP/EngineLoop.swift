import CCurl
import Metrics

/// The engine's thread: owner of the multi handle, of every easy handle and of every transfer.
final class EngineLoop {
    private let multi: UnsafeMutableRawPointer
    private let mailbox: EngineMailbox
    private var transfers: [UInt64: Transfer] = [:]
    private var idleHandles: [UnsafeMutableRawPointer] = []
    private let opened = Counter(label: "riot_connections_opened_total")

    init(multi: UnsafeMutableRawPointer, mailbox: EngineMailbox) {
        self.multi = multi
        self.mailbox = mailbox
    }

    /// Runs until the engine is stopped, then frees everything.
    func run() {
        while true {
            let (commands, isStopping) = mailbox.take()
            commands.forEach(obey)
            if isStopping { break }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            collectFinished()
            let pause = endOverdue()
            if mailbox.mayPark() {
                curl_multi_poll(multi, nil, 0, pause, nil)
                mailbox.didWake()
            }
        }
        tearDown()
    }

    private func obey(_ command: EngineMailbox.Command) {
        switch command {
        case .start(let id, let request, let continuation): start(id, request, continuation)
        case .cancel(let id):
            guard let transfer = transfers[id] else { return }  // it ended before the word came
            finish(transfer, .failure(HTTPFailure(.cancelled, "the request was cancelled", wasSent: transfer.wasSent)))
        }
    }

    private func start(_ id: UInt64, _ request: HTTPRequest, _ continuation: HTTPContinuation) {
        guard let easy = idleHandles.popLast() ?? curl_easy_init() else {
            preconditionFailure("curl_easy_init(3): out of memory")
        }
        let transfer = Transfer(id: id, request: request, easy: easy, continuation: continuation)
        transfers[id] = transfer
        var code = transfer.configure()
        if code == CURLE_OK, curl_multi_add_handle(multi, easy) != CURLM_OK { code = CURLE_FAILED_INIT }
        if code != CURLE_OK { finish(transfer, .failure(transfer.failure(code))) }
    }

    /// Ends what comes too slowly; how long the thread may sleep until something else can, in milliseconds.
    private func endOverdue() -> Int32 {
        guard !transfers.isEmpty else { return EngineLimits.pollMilliseconds }
        let now = ContinuousClock.now
        var nearest = now + .milliseconds(Int(EngineLimits.pollMilliseconds))
        var overdue: [(transfer: Transfer, failure: HTTPFailure)] = []
        for transfer in transfers.values {
            if let failure = transfer.overdue(at: now) {
                overdue.append((transfer, failure))
            } else if let deadline = transfer.deadline, deadline < nearest {
                nearest = deadline
            }
        }
        for (transfer, failure) in overdue { finish(transfer, transfer.rescued(from: failure)) }
        return Int32(now.duration(to: nearest).wholeMilliseconds)
    }

    private func collectFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let transfer = Transfer.owner(of: easy)
            else { continue }
            finish(transfer, transfer.result(ccurl_message_result(message)))
        }
    }

    private func finish(_ transfer: Transfer, _ result: Result<HTTPResponse, HTTPFailure>) {
        let opened = transfer.connectionsOpened()
        if opened > 0 { self.opened.increment(by: opened) }
        curl_multi_remove_handle(multi, transfer.easy)  // an unfinished transfer loses its connection here
        transfers[transfer.id] = nil
        transfer.freeHeaders()
        if idleHandles.count < EngineLimits.idleHandles {
            curl_easy_reset(transfer.easy)
            idleHandles.append(transfer.easy)
        } else {
            curl_easy_cleanup(transfer.easy)
        }
        mailbox.didFinish(transfer.id, connectionsOpened: opened)
        transfer.continuation.resume(returning: result)
    }

    private func tearDown() {
        for transfer in transfers.values {
            finish(transfer, .failure(HTTPFailure(.closed, "the HTTP client was shut down", wasSent: transfer.wasSent)))
        }
        idleHandles.forEach { curl_easy_cleanup($0) }
        idleHandles = []
        let (commands, waiters) = mailbox.close()
        curl_multi_cleanup(multi)
        for case .start(_, _, let continuation) in commands {
            let failure = HTTPFailure(.closed, "the HTTP client was shut down", wasSent: false)
            continuation.resume(returning: .failure(failure))
        }
        waiters.forEach { $0.resume() }
    }
}
