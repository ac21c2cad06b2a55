import CCurl

extension Transfer {
    /// What libcurl's code means, and in which phase it came.
    func failure(_ code: CURLcode) -> HTTPFailure {
        switch excess {
        case .body: return failure(.tooLarge, "the answer is larger than \(request.bodyLimit) bytes")
        case .headers:
            return failure(.tooLarge, "the answer's headers are larger than \(EngineLimits.headerBytes) bytes")
        case nil: break
        }
        if timesSent > 1 { return failure(.connectionLost, "the server had closed the connection that was kept open") }
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return timeOut()
        default:
            let (kind, words) = Self.meaning(of: code)
            return failure(kind, "\(words) (libcurl \(code.rawValue))")
        }
    }

    /// A failure of this transfer.
    func failure(_ code: HTTPFailure.Code, _ message: String) -> HTTPFailure {
        HTTPFailure(code, message, wasSent: wasSent, headers: hasAllHeaders ? headers : nil)
    }

    /// One of libcurl's two limits has passed; while a connection is made, both may have.
    private func timeOut() -> HTTPFailure {
        let isWhole = started.duration(to: .now) >= request.timeout
        let limit = (isWhole ? request.timeout : request.connectTimeout).inSeconds
        if wasSent { return failure(.timedOut, "no complete answer within \(request.timeout.inSeconds)") }
        if time(CURLINFO_NAMELOOKUP_TIME_T) > 0 {
            let what = request.url.hasPrefix("https:") ? "TLS connection" : "connection"
            return failure(.connectTimedOut, "no \(what) within \(limit)")
        }
        // A name has less time than the whole; whoever has not begun to look it up after that has waited in the queue.
        return isWhole
            ? failure(.overloaded, "no connection was free within \(limit)")
            : failure(.connectTimedOut, "the name of the server was not resolved within \(limit)")
    }

    /// Microseconds from the start until the end of a phase; 0 when it did not end.
    func time(_ info: CURLINFO) -> Int64 {
        var microseconds: curl_off_t = 0
        ccurl_get_size(easy, info, &microseconds)
        return Int64(microseconds)
    }

    private static func meaning(of code: CURLcode) -> (HTTPFailure.Code, String) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            (.unresolved, "the name of the server could not be resolved")
        case CURLE_COULDNT_CONNECT: (.unreachable, "the server could not be connected to")
        case CURLE_PARTIAL_FILE: (.truncated, "the answer ended too early")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR: (.connectionLost, "the connection broke")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
            (.tlsFailed, "no trusted TLS connection to the server could be made")
        case CURLE_URL_MALFORMAT: (.invalidAddress, "the address is not valid")
        case CURLE_OUT_OF_MEMORY:
            (.tooLarge, "a line of the answer's headers is too long, or there was no memory for it")
        default: (.malformed, "the answer is not valid HTTP")
        }
    }
}
