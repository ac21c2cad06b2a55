import JSON

/// The id of a request: a string, a number or null, kept as the bytes that were sent.
///
/// Decoding it would lose digits of large numbers and turn `1.0` into `1`; the answer must carry it unchanged.
struct RequestID: Sendable, Hashable {
    let token: [UInt8]

    /// What answers carry when no id could be read.
    static let null = RequestID(token: Array("null".utf8))

    private init(token: [UInt8]) { self.token = token }

    /// The id of a request of our own.
    init(number: UInt64) { token = Array(String(number).utf8) }

    /// `nil` when the value is no valid id.
    init?(_ value: JSONValue) {
        switch value.kind {
        case .string, .integer, .number, .null: token = value.rawBytes
        case .object, .array, .bool: return nil
        }
    }

    /// The number, for ids that `init(number:)` made.
    var number: UInt64? { UInt64(String(decoding: token, as: UTF8.self)) }
}
