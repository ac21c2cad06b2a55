import Compression
import FoundationEssentials

/// What Riot's body says about an error: `{"status":{"message":"…","status_code":404}}`.
enum ServerMessage {
    /// Larger bodies are not error messages of Riot's, but some proxy's page.
    private static let bodyLimit = 16 * 1024
    private static let lengthLimit = 200

    private struct Envelope: Decodable {
        struct Status: Decodable { var message: String? }
        var status: Status?
    }

    /// The text, without the key, control characters and anything beyond 200 characters; nil when there is none.
    static func read(_ response: HTTPResponse, key: RiotKey) -> String? {
        guard response.body.count <= bodyLimit else { return nil }
        let isGzip = response.headers[.contentEncoding]?.lowercased() == "gzip"
        let text = isGzip ? try? Gzip.inflate(response.body, limit: bodyLimit) : response.body
        guard let text,
            let message = try? JSONDecoder().decode(Envelope.self, from: Data(text)).status?.message
        else {
            return nil
        }
        // Control characters go first: one in the middle of the key would hide it.
        let visible = message.unicodeScalars.filter { $0.properties.generalCategory != .control }
        let safe = key.redacted(from: String(String.UnicodeScalarView(visible))).unicodeScalars.prefix(lengthLimit)
        return safe.isEmpty ? nil : String(String.UnicodeScalarView(safe))
    }
}
