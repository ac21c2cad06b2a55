/// Requests of our own, as frames without the line feed.
enum RequestFrame {
    /// A call; `metadata` becomes the member `_meta` of parameters that are an object.
    static func call(_ method: String, id: RequestID, parameters: JSONText?, metadata: JSONText?) -> [UInt8] {
        var bytes = Array(#"{"jsonrpc":"2.0","id":"#.utf8)
        bytes += id.token
        append(method, parameters.map { adding(metadata, to: $0) }, to: &bytes)
        return bytes
    }

    /// A call without an answer.
    static func notification(_ method: String, parameters: JSONText?) -> [UInt8] {
        var bytes = Array(#"{"jsonrpc":"2.0""#.utf8)
        append(method, parameters, to: &bytes)
        return bytes
    }

    private static func append(_ method: String, _ parameters: JSONText?, to bytes: inout [UInt8]) {
        bytes += Array(#","method":"#.utf8)
        JSONText.quote(method, into: &bytes)
        if let parameters {
            bytes += Array(#","params":"#.utf8)
            bytes += parameters.bytes
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func adding(_ metadata: JSONText?, to parameters: JSONText) -> JSONText {
        guard let metadata, parameters.bytes.first == UInt8(ascii: "{") else { return parameters }
        var bytes = Array(#"{"_meta":"#.utf8) + metadata.bytes
        let rest = parameters.bytes.dropFirst()
        if rest.first != UInt8(ascii: "}") { bytes.append(UInt8(ascii: ",")) }
        return JSONText(trusted: bytes + rest)
    }
}
