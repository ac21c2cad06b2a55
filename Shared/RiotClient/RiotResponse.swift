import FoundationEssentials

/// A success: the body exactly as it was on the wire, already known to inflate and to look like JSON.
public struct RiotResponse: Sendable {
    /// 200.
    public let status: Int
    /// The bytes on the wire; gzip when `isGzip`.
    public let body: [UInt8]
    /// Whether the body is compressed.
    public let isGzip: Bool
    /// `X-Riot-Edge-Trace-Id`, which Riot asks for in reports.
    public let traceID: String?
    private let text: [UInt8]

    /// Creates a response whose body was inflated already, to check it.
    init(status: Int, body: [UInt8], isGzip: Bool, traceID: String?, inflated text: [UInt8]) {
        self.status = status
        self.body = body
        self.isGzip = isGzip
        self.traceID = traceID
        self.text = text
    }

    /// The body as JSON text; inflated once, when the answer was checked.
    public func inflated() -> [UInt8] { text }

    /// Reads a small body; matches and timelines have a parser of their own.
    ///
    /// - Throws: `.malformedAnswer`, with the member that is missing or wrong.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws(RiotError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text))
        } catch {
            let path =
                switch error as? DecodingError {
                case .keyNotFound(let key, let context): context.codingPath + [key]
                case .typeMismatch(_, let context), .valueNotFound(_, let context),
                    .dataCorrupted(let context):
                    context.codingPath
                default: [any CodingKey]()
                }
            let member = path.map(\.stringValue).joined(separator: ".")
            throw RiotError(
                .malformedAnswer,
                "Riot's answer could not be understood"
                    + (member.isEmpty ? "." : ": its member \(member) is wrong."),
                status: status
            )
        }
    }
}
