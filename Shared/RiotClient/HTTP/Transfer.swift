import CCurl

/// One request under way, confined to the engine's thread.
///
/// libcurl's callbacks get an unretained pointer to it; the loop keeps it until the easy handle was removed.
final class Transfer {
    /// What has exceeded its limit.
    enum Excess { case headers, body }

    let id: UInt64
    let easy: UnsafeMutableRawPointer
    let continuation: HTTPContinuation
    let request: HTTPRequest
    let started = ContinuousClock.now
    private(set) var headerList: UnsafeMutablePointer<curl_slist>?
    private(set) var excess: Excess?
    private(set) var timesSent = 0
    private(set) var headers = HTTPHeaders()
    private var phase: TransferPhase
    private var body: [UInt8] = []
    private var headerBytes = 0

    init(id: UInt64, request: HTTPRequest, easy: UnsafeMutableRawPointer, continuation: HTTPContinuation) {
        self.id = id
        self.request = request
        self.easy = easy
        self.continuation = continuation
        phase = TransferPhase(pace: request.pace)
    }

    /// Whether the request line may have left this machine.
    var wasSent: Bool { timesSent > 0 }
    /// Whether the final answer's status and headers are known.
    var hasAllHeaders: Bool { phase.step == .answered }
    /// When `overdue` has to be asked again.
    var deadline: ContinuousClock.Instant? { phase.deadline }

    /// The transfer that an easy handle of the loop belongs to.
    static func owner(of easy: UnsafeMutableRawPointer) -> Transfer? {
        var raw: UnsafeMutableRawPointer?
        guard ccurl_get_pointer(easy, CURLINFO_PRIVATE, &raw) == CURLE_OK, let raw else { return nil }
        return Unmanaged<Transfer>.fromOpaque(raw).takeUnretainedValue()
    }

    // MARK: The header list, which libcurl does not copy

    /// Adds a line to the request's headers; false when there is no memory for it.
    func addHeader(_ line: String) -> Bool {
        guard let list = curl_slist_append(headerList, line) else { return false }
        headerList = list
        return true
    }

    /// Frees the header list, and with it the only copy of the key that libcurl had.
    func freeHeaders() {
        curl_slist_free_all(headerList)
        headerList = nil
    }

    // MARK: Callbacks

    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= request.bodyLimit else {
            excess = .body
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    func readHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= EngineLimits.headerBytes else {
            excess = .headers
            return false
        }
        guard phase.step == .sent else { return true }  // trailers
        // libcurl takes a connection that closes in the middle of the headers for the end of an answer without a body.
        // An interim answer (1xx) is followed by another.
        let isEmpty = line.count <= 2 && (line.first == 0x0A || line.first == 0x0D)
        if !isEmpty {
            headers.read(line: line)
        } else if status < 200 {
            headers = HTTPHeaders()
        } else {
            let now = ContinuousClock.now
            headers.receivedAt = now
            phase.didReceiveHeaders(at: now)
            // Asked now, not by CURLOPT_MAXFILESIZE_LARGE, which would end the transfer before the headers are known.
            if let length = headers[.contentLength].flatMap({ Int($0) }), length > request.bodyLimit { excess = .body }
        }
        return excess == nil
    }

    /// Whether the request may be sent now: only once.
    ///
    /// libcurl sends a request again by itself when a kept connection turns out to be closed. The first one may have
    /// been counted by the server all the same, and the second would leave without a permit.
    func admitSending() -> Bool {
        timesSent += 1
        phase.didSend(at: .now)
        return timesSent == 1
    }

    // MARK: Results, while the handle is still in the multi handle

    /// What is too slow about the transfer; nil when nothing is.
    func overdue(at now: ContinuousClock.Instant) -> HTTPFailure? {
        phase.overdue(at: now, headerBytes: headerBytes, bodyBytes: body.count).map { failure($0.code, $0.message) }
    }

    /// What libcurl's end of the transfer means.
    func result(_ code: CURLcode) -> Result<HTTPResponse, HTTPFailure> {
        guard code == CURLE_OK else { return rescued(from: failure(code)) }
        guard hasAllHeaders else { return .failure(failure(CURLE_PARTIAL_FILE)) }
        guard isDelimited else {
            return .failure(failure(.truncated, "the answer does not say where it ends, and may be cut"))
        }
        return .success(response(body: body))
    }

    /// A failure of the body alone takes nothing from what a status other than success says.
    func rescued(from failure: HTTPFailure) -> Result<HTTPResponse, HTTPFailure> {
        guard hasAllHeaders, status >= 300 else { return .failure(failure) }
        return .success(response(body: []))
    }

    func connectionsOpened() -> Int {
        var count = 0
        ccurl_get_long(easy, CURLINFO_NUM_CONNECTS, &count)
        return count
    }

    private func response(body: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: headers,
            body: body,
            duration: .microseconds(time(CURLINFO_TOTAL_TIME_T)),
            connectionsOpened: connectionsOpened()
        )
    }

    private var status: Int {
        var status = 0
        ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    /// Whether a body that was cut would have been noticed: by its length, its last chunk, or the end of its gzip.
    private var isDelimited: Bool {
        status >= 300 || body.isEmpty || headers[.transferEncoding] != nil || headers[.contentLength] != nil
            || headers[.contentEncoding]?.lowercased().hasSuffix("gzip") == true
    }
}
