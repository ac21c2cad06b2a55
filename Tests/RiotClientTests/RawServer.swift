import Glibc
import Reactor
import TestSupport

/// A TCP server on loopback that answers each request with exactly the bytes that a test wants, at the pace it wants.
final class RawServer: Sendable {
    /// What happens to a connection after a request.
    enum Step: Sendable {
        case send(String)
        case sendBytes([UInt8])
        /// One byte at a time.
        case drip(String, everyMilliseconds: UInt32)
        /// RST instead of FIN.
        case reset
        case close
        /// Nothing, until the client closes.
        case hang
    }

    /// What a test can wait for.
    enum Event: Sendable, Equatable {
        case request(String)
        case clientClosed
    }

    private struct State {
        var heads: [String] = []
        var connections = 0
        var descriptors: Set<Int32> = []
        var isStopped = false
    }

    let port: Int
    let events: AsyncStream<Event>
    private let listener: Int32
    private let state = Lock(State())
    private let announce: AsyncStream<Event>.Continuation
    private let greeting: [Step]
    private let script: @Sendable (_ request: Int, _ head: String) -> [Step]

    /// Starts listening; `script` gets the number of the request, from 0, and its head.
    ///
    /// The greeting is sent to each connection before anything is read from it.
    init(greeting: [Step] = [], _ script: @escaping @Sendable (_ request: Int, _ head: String) -> [Step]) throws {
        self.greeting = greeting
        self.script = script
        (events, announce) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4096))
        (listener, port) = try LoopbackSocket.listening(backlog: 128)
        Self.thread { [self] in acceptLoop() }
    }

    /// Answers every request with one text.
    convenience init(always answer: String) throws { try self.init { _, _ in [.send(answer)] } }

    /// `http://127.0.0.1:<port>/{route}`.
    var baseURL: String { "http://127.0.0.1:\(port)/{route}" }
    /// Everything before the empty line of each request, in order.
    var heads: [String] { state.withLock { $0.heads } }
    /// Connections accepted.
    var connections: Int { state.withLock { $0.connections } }

    func stop() {
        let descriptors = state.withLock { state in
            state.isStopped = true
            return state.descriptors
        }
        shutdown(listener, Int32(SHUT_RDWR))
        descriptors.forEach { shutdown($0, Int32(SHUT_RDWR)) }
        announce.finish()
    }

    /// An answer with a length; `headers` are whole lines.
    static func answer(_ status: Int, _ body: String = "", headers: [String] = []) -> String {
        let lines = ["HTTP/1.1 \(status) x", "Content-Length: \(body.utf8.count)"] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// The same in chunks of five bytes, as Riot sends without a length.
    static func chunked(_ status: Int, _ body: [UInt8], headers: [String] = []) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status) x", "Transfer-Encoding: chunked"] + headers
        var answer = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        for start in stride(from: 0, to: body.count, by: 5) {
            let chunk = body[start..<min(start + 5, body.count)]
            answer += Array((String(chunk.count, radix: 16) + "\r\n").utf8) + chunk + Array("\r\n".utf8)
        }
        return answer + Array("0\r\n\r\n".utf8)
    }

    private func acceptLoop() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let isStopped = state.withLock { state in
                state.connections += 1
                state.descriptors.insert(descriptor)
                return state.isStopped
            }
            if isStopped { Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }
            Self.thread { [self] in serve(descriptor) }
        }
        close(listener)
    }

    private func serve(_ descriptor: Int32) {
        defer {
            _ = state.withLock { $0.descriptors.remove(descriptor) }
            close(descriptor)
        }
        for step in greeting {
            guard perform(step, descriptor) else { return }
        }
        while let head = readHead(descriptor) {
            let number = state.withLock { state in
                state.heads.append(head)
                return state.heads.count - 1
            }
            announce.yield(.request(head))
            for step in script(number, head) {
                guard perform(step, descriptor) else { return }
            }
        }
        announce.yield(.clientClosed)
    }

    /// False when the connection is over.
    private func perform(_ step: Step, _ descriptor: Int32) -> Bool {
        switch step {
        case .send(let text): return write(Array(text.utf8), descriptor)
        case .sendBytes(let bytes): return write(bytes, descriptor)
        case .drip(let text, let milliseconds):
            for byte in text.utf8 {
                guard write([byte], descriptor) else { return false }
                usleep(milliseconds * 1000)
            }
            return true
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                descriptor,
                SOL_SOCKET,
                SO_LINGER,
                &linger,
                socklen_t(MemoryLayout.size(ofValue: linger))
            )
            return false
        case .close: return false
        case .hang:
            _ = readHead(descriptor)
            announce.yield(.clientClosed)
            return false
        }
    }

    private func write(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func readHead(_ descriptor: Int32) -> String? {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            head += buffer[..<count]
        }
        return String(decoding: head, as: UTF8.self)
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { raw in
                if let raw { Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body() }
                return nil
            },
            Unmanaged.passRetained(Work(body)).toOpaque()
        )
        precondition(code == 0, "pthread_create(3) failed")
        pthread_detach(thread)
    }
}
