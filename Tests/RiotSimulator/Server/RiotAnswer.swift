/// An answer before it is put on the wire.
struct RiotAnswer: Sendable {
    var status: Int
    var body: StoredBody
    /// `Cache-Control`, which only the status page has.
    var cacheControl: String?

    /// Riot's body for everything but 200.
    static func error(_ status: Int, _ message: String) -> RiotAnswer {
        var json = JSONBuffer(capacity: 128)
        json.beginObject()
        json.beginObject("status")
        json.member("message", message)
        json.member("status_code", status)
        json.endObject()
        json.endObject()
        return RiotAnswer(status: status, body: .plain(json.bytes))
    }

    /// The usual text of a status.
    static func error(_ status: Int) -> RiotAnswer {
        let message =
            switch status {
            case 400: "Bad request"
            case 401: "Unauthorized"
            case 403: "Forbidden"
            case 404: "Data not found"
            case 405: "Method not allowed"
            case 415: "Unsupported media type"
            case 429: "Rate limit exceeded"
            case 500: "Internal server error"
            case 502: "Bad gateway"
            case 503: "Service unavailable"
            case 504: "Gateway timeout"
            default: "Error"
            }
        return error(status, message)
    }
}
