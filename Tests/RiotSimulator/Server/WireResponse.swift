import Compression
import HTTPTypes
import Hummingbird
import NIOCore

/// Puts answers on the wire as Riot does: chunked, with its headers.
enum WireResponse {
    private static let appLimit = name("X-App-Rate-Limit")
    private static let appCount = name("X-App-Rate-Limit-Count")
    private static let methodLimit = name("X-Method-Rate-Limit")
    private static let methodCount = name("X-Method-Rate-Limit-Count")
    private static let limitType = name("X-Rate-Limit-Type")
    private static let trace = name("X-Riot-Edge-Trace-Id")

    static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is not a header name") }
        return name
    }

    /// The headers that every answer has.
    static func headers(trace number: UInt64, limits: LimitHeaders) -> HTTPFields {
        var random = SeededRandom(seed: number)
        var fields = HTTPFields()
        fields[.contentType] = "application/json;charset=utf-8"
        fields[.vary] = "Accept-Encoding"
        fields[trace] = "\(random.token(length: 8))-\(number)"
        fields[appLimit] = limits.application
        fields[appCount] = limits.applicationCount
        fields[methodLimit] = limits.method
        fields[methodCount] = limits.methodCount
        return fields
    }

    static func addRateLimit(_ type: RateLimitType?, retryAfter: Int?, to fields: inout HTTPFields) {
        fields[limitType] = type?.rawValue
        fields[.retryAfter] = retryAfter.map(String.init)
    }

    /// Limit headers that no client can read.
    static func spoilLimits(in fields: inout HTTPFields) {
        fields[appLimit] = "twenty:1,100"
        fields[appCount] = ":,1:"
        fields[methodLimit] = "0:0,,"
        fields[methodCount] = "99999999999999999999:10"
    }

    /// A body without a stated length, as Riot sends it.
    static func chunked(_ bytes: [UInt8]) -> ResponseBody {
        guard !bytes.isEmpty else { return ResponseBody() }
        return ResponseBody(contentLength: nil) { writer in
            try await writer.write(ByteBuffer(bytes: bytes))
            try await writer.finish(nil)
        }
    }
}
