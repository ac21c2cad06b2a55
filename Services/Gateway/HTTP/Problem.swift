import FoundationEssentials
import HTTPTypes
import Hummingbird

/// An answer that tells what is wrong, as RFC 9457 has it; `detail` is the member that older clients read.
struct Problem: Error, HTTPResponseError, Equatable {
    /// One wrong member of a request body.
    struct Member: Encodable, Equatable {
        /// Where it is: a JSON pointer (RFC 6901).
        let pointer: String
        /// What is wrong and what would be right.
        let detail: String
    }

    var status: HTTPResponse.Status
    var detail: String
    var errors: [Member] = []
    /// Whole seconds after which another try makes sense.
    var retryAfterSeconds: Int?
    /// Methods that would be right, for 405.
    var allow: String?

    /// The body, the same for the same problem.
    func body() throws -> [UInt8] {
        try JSONBody.encode(
            Wire(
                title: status.reasonPhrase,
                status: status.code,
                detail: detail,
                errors: errors.isEmpty ? nil : errors
            )
        )
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if let retryAfterSeconds { headers[.retryAfter] = String(retryAfterSeconds) }
        if let allow { headers[.allow] = allow }
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try body()))
        )
    }

    private struct Wire: Encodable {
        let title: String
        let status: Int
        let detail: String
        let errors: [Member]?
    }
}

extension Problem {
    /// 400 for members of a body; the sentences together are the detail.
    static func badMembers(_ errors: [Member]) -> Problem {
        let named = Array(errors.prefix(GatewayLimits.maximumErrors))
        return Problem(status: .badRequest, detail: named.map(\.detail).joined(separator: " "), errors: named)
    }

    /// 400 for anything else.
    static func badRequest(_ detail: String) -> Problem { Problem(status: .badRequest, detail: detail) }

    /// 404.
    static func notFound(_ detail: String) -> Problem { Problem(status: .notFound, detail: detail) }

    /// 503: something that the answer needs does not work, and is waited for elsewhere.
    static func unavailable(_ detail: String, retryAfterSeconds: Int = 5) -> Problem {
        Problem(status: .serviceUnavailable, detail: detail, retryAfterSeconds: retryAfterSeconds)
    }

    /// 500 without a word about the inside; the log has the details under the same request id.
    static func unexpected(requestID: String) -> Problem {
        Problem(
            status: .internalServerError,
            detail: "The server made a mistake. Its log tells more under the request id \(requestID)."
        )
    }
}
