import CCurl
import CSystemShims
import Glibc

/// HTTP/1.1 over libcurl's multi interface, on one thread per engine.
///
/// Every call into libcurl happens on that thread, `curl_multi_wakeup` excepted: the crashes of other wrappers came
/// from cleaning up elsewhere. Connections are kept alive and shared by all requests of the engine.
package final class HTTPEngine: Sendable {
    private static let isInitialised = ccurl_global_init() == CURLE_OK

    private let mailbox: EngineMailbox

    /// Starts the thread; `name` shows in `ps -L` (15 bytes).
    package init(name: String) {
        precondition(Self.isInitialised, "curl_global_init(3) failed")
        guard let multi = curl_multi_init() else { preconditionFailure("curl_multi_init(3): out of memory") }
        for (option, value) in [
            (CURLMOPT_MAX_HOST_CONNECTIONS, EngineLimits.connectionsPerHost),
            (CURLMOPT_MAX_TOTAL_CONNECTIONS, EngineLimits.connections),
            (CURLMOPT_MAXCONNECTS, EngineLimits.connections),
        ] {
            let code = ccurl_multi_set_long(multi, option, value)
            precondition(code == CURLM_OK, "curl_multi_setopt(3) failed with \(code.rawValue)")
        }
        mailbox = EngineMailbox(multi: multi)
        Self.startThread(name: name, mailbox: mailbox)
    }

    deinit { mailbox.stop(nil) }

    /// Sends a request and waits for the whole answer.
    ///
    /// Cancelling the task closes the connection of the transfer at once and ends with `.cancelled`.
    package func perform(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let id = mailbox.makeID()
        defer { mailbox.forget(id) }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { mailbox.submit(id, request, $0) }
        } onCancel: {
            mailbox.cancel(id)
        }
        return try result.get()
    }

    /// What the engine has done so far.
    package var counters: EngineCounters { mailbox.counters }

    /// Ends all transfers with `.closed`, closes all connections and ends the thread.
    package func shutdown() async { await withCheckedContinuation { mailbox.stop($0) } }

    private static func startThread(name: String, mailbox: EngineMailbox) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 1024 * 1024)  // OpenSSL's handshake needs more than a reactor does
        var thread = pthread_t()
        let start = Unmanaged.passRetained(EngineThread(name: name, mailbox: mailbox))
        let code = pthread_create(
            &thread,
            &attributes,
            { raw in
                if let raw { Unmanaged<EngineThread>.fromOpaque(raw).takeRetainedValue().run() }
                return nil
            },
            start.toOpaque()
        )
        precondition(code == 0, "pthread_create(3) failed with \(code)")
        pthread_attr_destroy(&attributes)
        pthread_detach(thread)
    }
}

/// What the thread is born with.
private final class EngineThread: Sendable {
    private let name: String
    private let mailbox: EngineMailbox

    init(name: String, mailbox: EngineMailbox) {
        self.name = name
        self.mailbox = mailbox
    }

    func run() {
        csystem_set_thread_name(name)
        mailbox.makeLoop()?.run()
    }
}
