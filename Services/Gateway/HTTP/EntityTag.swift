import HTTPTypes
import Hummingbird

/// The `ETag` of an answer, made of its bytes.
struct EntityTag: Equatable {
    /// The tag with its quotes, as it stands in headers.
    let text: String

    /// FNV-1a over 64 bits: a tag tells versions of one resource apart, it proves nothing.
    init(of bytes: [UInt8]) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        text = "\"\(String(repeating: "0", count: 16 - digits.count))\(digits)\""
    }

    /// Whether a request's `If-None-Match` names this tag (RFC 9110, section 13.1.2: compared weakly).
    func matches(_ ifNoneMatch: String?) -> Bool {
        guard let ifNoneMatch else { return false }
        return ifNoneMatch.split(separator: ",").contains { part in
            let tag = part.drop { $0 == " " || $0 == "\t" }
            let bare = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
            return bare.prefix { $0 != " " && $0 != "\t" } == text || tag == "*"
        }
    }

    /// The answer, or 304 when the client has it already.
    static func conditional(_ bytes: [UInt8], for request: Request, headers: HTTPFields) -> Response {
        let tag = EntityTag(of: bytes)
        var headers = headers
        headers[.eTag] = tag.text
        headers[.cacheControl] = "no-cache"
        if tag.matches(request.headers[.ifNoneMatch]) { return Response(status: .notModified, headers: headers) }
        return JSONBody.response(bytes: bytes, headers: headers)
    }
}
