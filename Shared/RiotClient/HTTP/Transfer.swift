import CCurl

/// One request under way, confined to the engine's thread.
///
/// libcurl's callbacks get an unretained pointer to it; the loop keeps it until the easy handle was removed.
final class Transfer {
    let id: UInt64
    let easy: UnsafeMutableRawPointer
    let continuation: HTTPContinuation
    private let request: HTTPRequest
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var body: [UInt8] = []
    private var headerBytes = 0
    private var hasAllHeaders = false
    private var isTooLarge = false
    private var timesSent = 0

    init(id: UInt64, request: HTTPRequest, easy: UnsafeMutableRawPointer, continuation: HTTPContinuation) {
        self.id = id
        self.request = request
        self.easy = easy
        self.continuation = continuation
    }

    /// Whether the request line may have left this machine.
    var wasSent: Bool { timesSent > 0 }

    /// The transfer that an easy handle of the loop belongs to.
    static func owner(of easy: UnsafeMutableRawPointer) -> Transfer? {
        var raw: UnsafeMutableRawPointer?
        guard ccurl_get_pointer(easy, CURLINFO_PRIVATE, &raw) == CURLE_OK, let raw else { return nil }
        return Unmanaged<Transfer>.fromOpaque(raw).takeUnretainedValue()
    }

    // MARK: Options

    /// Sets every option explicitly; the first code that is not OK, else OK.
    func configure() -> CURLcode {
        let this = Unmanaged.passUnretained(self).toOpaque()
        // Accept-Encoding by hand, with CURLOPT_ACCEPT_ENCODING unset: otherwise libcurl inflates, and the bytes as
        // they were sent, which are archived, are lost.
        for line in ["X-Riot-Token: \(request.key.text)", "Accept-Encoding: gzip", "Accept: application/json"] {
            guard let list = curl_slist_append(headerList, line) else { return CURLE_OUT_OF_MEMORY }
            headerList = list
        }
        var code = CURLE_OK
        func set(_ result: @autoclosure () -> CURLcode) { if code == CURLE_OK { code = result() } }
        set(ccurl_set_string(easy, CURLOPT_URL, request.url))
        set(ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, request.url.hasPrefix("https:") ? "https" : "http"))
        set(ccurl_set_headers(easy, headerList))
        set(ccurl_set_string(easy, CURLOPT_USERAGENT, request.userAgent))
        set(ccurl_set_string(easy, CURLOPT_PROXY, ""))
        set(ccurl_set_pointer(easy, CURLOPT_PRIVATE, this))
        set(ccurl_set_pointer(easy, CURLOPT_WRITEDATA, this))
        set(ccurl_set_pointer(easy, CURLOPT_HEADERDATA, this))
        set(ccurl_set_pointer(easy, CURLOPT_PREREQDATA, this))
        set(ccurl_set_write(easy, CURLOPT_WRITEFUNCTION, receiveBody))
        set(ccurl_set_write(easy, CURLOPT_HEADERFUNCTION, receiveHeader))
        set(ccurl_set_prerequest(easy, beforeSending))
        set(ccurl_set_size(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.bodyLimit)))
        for (option, value) in numbers { set(ccurl_set_long(easy, option, value)) }
        return code
    }

    private var numbers: [(CURLoption, Int)] {
        [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_PATH_AS_IS, 1),
            (CURLOPT_DISALLOW_USERNAME_IN_URL, 1), (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            (CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.wholeMilliseconds),
            (CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds), (CURLOPT_TCP_KEEPALIVE, 1),
            (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2), (CURLOPT_QUICK_EXIT, 1),
            (CURLOPT_MAXAGE_CONN, EngineLimits.connectionMaxAgeSeconds),
        ]
    }

    // MARK: Callbacks

    fileprivate func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= request.bodyLimit else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    fileprivate func readHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        // libcurl takes a connection that closes in the middle of the headers for the end of an answer without a body.
        // A status line begins anew, after an interim answer (1xx).
        if line.starts(with: "HTTP/".utf8) { hasAllHeaders = false }
        if line.elementsEqual("\r\n".utf8) || line.elementsEqual("\n".utf8) { hasAllHeaders = true }
        if headerBytes > EngineLimits.headerBytes { isTooLarge = true }
        return !isTooLarge
    }

    /// Whether the request may be sent now: only once.
    ///
    /// libcurl sends a request again by itself when a kept connection turns out to be closed. The first one may have
    /// been counted by the server all the same, and the second would leave without a permit.
    fileprivate func admitSending() -> Bool {
        timesSent += 1
        return timesSent == 1
    }

    // MARK: Results, while the handle is still in the multi handle

    func connectionsOpened() -> Int {
        var count = 0
        ccurl_get_long(easy, CURLINFO_NUM_CONNECTS, &count)
        return count
    }

    /// The answer of a transfer that libcurl holds to be complete.
    func response() -> Result<HTTPResponse, HTTPFailure> {
        guard hasAllHeaders else { return .failure(failure(CURLE_PARTIAL_FILE)) }
        var status = 0
        ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        var microseconds: curl_off_t = 0
        ccurl_get_size(easy, CURLINFO_TOTAL_TIME_T, &microseconds)
        var headers = HTTPHeaders()
        for name in HTTPHeaders.Name.allCases {
            if let value = ccurl_header(easy, name.rawValue) { headers[name] = String(cString: value) }
        }
        return .success(
            HTTPResponse(
                status: status,
                headers: headers,
                body: body,
                duration: .microseconds(Int64(microseconds)),
                connectionsOpened: connectionsOpened()
            )
        )
    }

    func failure(_ code: CURLcode) -> HTTPFailure {
        if isTooLarge || code == CURLE_FILESIZE_EXCEEDED {
            return HTTPFailure(
                .tooLarge,
                "the answer is larger than \(request.bodyLimit) bytes, or its headers are",
                wasSent: true
            )
        }
        if timesSent > 1 {
            return HTTPFailure(
                .connectionLost,
                "the server had closed the connection that was kept open",
                wasSent: true
            )
        }
        let (kind, words) = Self.meaning(of: code)
        return HTTPFailure(kind, "\(words) (libcurl \(code.rawValue))", wasSent: wasSent)
    }

    private static func meaning(of code: CURLcode) -> (HTTPFailure.Code, String) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            (.unresolved, "the name of the server could not be resolved")
        case CURLE_COULDNT_CONNECT: (.unreachable, "the server could not be connected to")
        case CURLE_OPERATION_TIMEDOUT: (.timedOut, "no complete answer came in time")
        case CURLE_PARTIAL_FILE: (.truncated, "the answer ended too early")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR: (.connectionLost, "the connection broke")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
            (.tlsFailed, "no trusted TLS connection to the server could be made")
        case CURLE_URL_MALFORMAT: (.invalidAddress, "the address is not valid")
        default: (.malformed, "the answer is not valid HTTP")
        }
    }

    /// Frees the header list, and with it the only copy of the key that libcurl had.
    func freeHeaders() {
        curl_slist_free_all(headerList)
        headerList = nil
    }
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ transfer: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer else { return 0 }
    let isTaken = Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().append(
        UnsafeRawBufferPointer(start: bytes, count: size * count)
    )
    return isTaken ? size * count : 0
}

private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ transfer: UnsafeMutableRawPointer?
) -> Int {
    guard let transfer else { return 0 }
    let isTaken = Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().readHeader(
        UnsafeRawBufferPointer(start: bytes, count: size * count)
    )
    return isTaken ? size * count : 0
}

private func beforeSending(
    _ transfer: UnsafeMutableRawPointer?,
    _: UnsafeMutablePointer<CChar>?,
    _: UnsafeMutablePointer<CChar>?,
    _: Int32,
    _: Int32
) -> Int32 {
    guard let transfer else { return CURL_PREREQFUNC_ABORT }
    let isAdmitted = Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().admitSending()
    return isAdmitted ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}
