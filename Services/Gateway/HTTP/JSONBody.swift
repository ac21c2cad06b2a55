import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// JSON answers: members sorted, so that the same content has the same bytes and the same `ETag`.
enum JSONBody {
    /// Encodes a value.
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// An answer with a JSON body.
    static func response(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) throws -> Response {
        response(bytes: try encode(value), status: status, headers: headers)
    }

    /// An answer with JSON that is encoded already.
    static func response(bytes: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
