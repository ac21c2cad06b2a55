import CCurl

extension Transfer {
    /// Sets every option explicitly; the first code that is not OK, else OK.
    func configure() -> CURLcode {
        let this = Unmanaged.passUnretained(self).toOpaque()
        // Accept-Encoding by hand, with CURLOPT_ACCEPT_ENCODING unset: otherwise libcurl inflates, and the bytes as
        // they were sent, which are archived, are lost.
        for line in ["X-Riot-Token: \(request.key.text)", "Accept-Encoding: gzip", "Accept: application/json"] {
            guard addHeader(line) else { return CURLE_OUT_OF_MEMORY }
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
        for (option, value) in numbers { set(ccurl_set_long(easy, option, value)) }
        return code
    }

    private var numbers: [(CURLoption, Int)] {
        [
            (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_PATH_AS_IS, 1),
            (CURLOPT_DISALLOW_USERNAME_IN_URL, 1), (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            // 0 would be libcurl's own 300 s.
            (CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeout.wholeMilliseconds)),
            (CURLOPT_TIMEOUT_MS, max(1, request.timeout.wholeMilliseconds)), (CURLOPT_TCP_KEEPALIVE, 1),
            (CURLOPT_SSL_VERIFYPEER, 1), (CURLOPT_SSL_VERIFYHOST, 2), (CURLOPT_QUICK_EXIT, 1),
            (CURLOPT_MAXAGE_CONN, EngineLimits.connectionMaxAgeSeconds),
        ]
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
