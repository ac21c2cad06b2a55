import JSON

/// The answer to a request.
public enum JSONRPCResponse: Sendable, Hashable {
    /// The call was served; the bytes are one JSON value, `null` for methods without a result.
    case result([UInt8])
    /// The call was refused or failed.
    case error(JSONRPCError)

    /// Reads a response frame; `nil` when the text is no JSON-RPC 2.0 response.
    public init?(parsing frame: [UInt8]) {
        guard case .single(.response(let value)) = IncomingFrame(parsing: frame),
            let (_, response) = Self.read(value)
        else { return nil }
        self = response
    }

    /// The id and the answer in a response object; `nil` when it breaks the specification's section 5.
    static func read(_ value: JSONValue) -> (id: RequestID, response: JSONRPCResponse)? {
        var members = EnvelopeMembers()
        guard members.read(value) == nil, members[.jsonrpc]?.string == "2.0",
            let id = members[.id].flatMap({ RequestID($0) })
        else { return nil }
        switch (members[.result], members[.error]) {
        case (let result?, nil):
            return (id, .result(result.rawBytes))
        case (nil, let error?):
            guard let code = error["code"]?.int64, let message = error["message"]?.string else { return nil }
            let data = error["data"].map { JSONText(trusted: $0.rawBytes) }
            return (id, .error(JSONRPCError(code: Int(code), message: message, data: data)))
        default:
            return nil
        }
    }

    /// The response as a frame, without the line feed.
    func frame(for id: RequestID) -> [UInt8] {
        var bytes = Array(#"{"jsonrpc":"2.0","#.utf8)
        switch self {
        case .result(let result):
            bytes += Array(#""result":"#.utf8)
            bytes += result
        case .error(let error):
            bytes += Array(#""error":{"code":\#(error.code),"message":"#.utf8)
            JSONText.quote(error.message, into: &bytes)
            if let data = error.data {
                bytes += Array(#","data":"#.utf8)
                bytes += data.bytes
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes += Array(#","id":"#.utf8)
        bytes += id.token
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
