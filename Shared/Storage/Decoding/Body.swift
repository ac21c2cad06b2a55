import Compression
import JSON
import RiotModels

/// A body as it was received, and how to read it.
struct Body: Sendable {
    let kind: FetchKind
    let id: MatchID
    /// The bytes of the wire.
    let bytes: [UInt8]
    let isGzip: Bool
    /// What `bytes` inflate to, when somebody has done that already.
    var text: [UInt8]?

    /// What `raw_body` calls the encoding.
    var encoding: String { isGzip ? "gzip" : "identity" }

    /// Parses the body; its root is an object with `metadata` and `info`, and it is of the match that was asked for.
    func document() throws(BodyRejection) -> JSONDocument {
        let text = try inflated()
        do {
            return try JSONDocument(
                parsing: text,
                keys: BodyKeys.table,
                depthLimit: StorageLimits.bodyDepth
            )
        } catch {
            throw rejection("\(error)", at: "byte \(error.offset)")
        }
    }

    func rejection(_ reason: String, at place: String) -> BodyRejection {
        BodyRejection(kind: kind, id: id, reason: reason, place: place)
    }

    private func inflated() throws(BodyRejection) -> [UInt8] {
        if let text, text.count <= StorageLimits.bodyBytes { return text }
        guard isGzip else {
            guard bytes.count <= StorageLimits.bodyBytes else {
                throw rejection(
                    "it has more than \(StorageLimits.bodyBytes) bytes",
                    at: "byte \(StorageLimits.bodyBytes)"
                )
            }
            return bytes
        }
        do {
            return try Gzip.inflate(bytes, limit: StorageLimits.bodyBytes)
        } catch {
            throw rejection("\(error)", at: "byte 0")
        }
    }
}
