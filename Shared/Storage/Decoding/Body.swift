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
    /// The text, when somebody has inflated it before.
    var inflated: [UInt8]?

    /// What `raw_body` calls the encoding.
    var encoding: String { isGzip ? "gzip" : "identity" }

    /// Parses the body; its root is an object with `metadata` and `info`, and it is of the match that was asked for.
    func document() throws(BodyRejection) -> JSONDocument {
        let text = try text()
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

    /// The body as it is kept, without the text that it was decoded from.
    var withoutText: Body { Body(kind: kind, id: id, bytes: bytes, isGzip: isGzip) }

    /// About how many bytes the decoded body holds.
    var textBytes: Int { inflated?.count ?? bytes.count * (isGzip ? 8 : 1) }

    private func text() throws(BodyRejection) -> [UInt8] {
        if let inflated, inflated.count <= StorageLimits.bodyBytes { return inflated }
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
