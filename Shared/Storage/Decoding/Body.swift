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

    /// Parses the body and calls `decode` with its root, which must not be used after the call.
    ///
    /// The text is inflated or copied into memory that the thread keeps from body to body, and parsed there.
    func read<Result>(_ decode: (JSONCursor) throws(BodyRejection) -> Result) throws(BodyRejection) -> Result {
        let tape = try parsed()
        return try tape.withRoot(decode)
    }

    private func parsed() throws(BodyRejection) -> JSONTape {
        do {
            var tape = try JSONTape()
            let count = try fill(&tape)
            try tape.parse(count: count, keys: BodyKeys.table, depthLimit: StorageLimits.bodyDepth)
            return tape
        } catch let error as BodyRejection {
            throw error
        } catch {
            throw rejection("\(error)", at: "byte \((error as? JSONError)?.offset ?? 0)")
        }
    }

    func rejection(_ reason: String, at place: String) -> BodyRejection {
        BodyRejection(kind: kind, id: id, reason: reason, place: place)
    }

    /// Puts the text onto the tape and returns how many bytes it has.
    private func fill(_ tape: inout JSONTape) throws -> Int {
        guard let text = text ?? (isGzip ? nil : bytes) else {
            return try Gzip.inflate(bytes, limit: StorageLimits.bodyBytes) { try? tape.reserve($0) }
        }
        guard text.count <= StorageLimits.bodyBytes else {
            throw rejection(
                "it has more than \(StorageLimits.bodyBytes) bytes",
                at: "byte \(StorageLimits.bodyBytes)"
            )
        }
        let room = try tape.reserve(text.count)
        text.withUnsafeBytes { room.copyMemory(from: $0) }
        return text.count
    }
}
