/// One word of a command: bytes of any kind, sent as they are.
public struct RedisArgument: Sendable, Equatable, ExpressibleByStringLiteral,
    ExpressibleByIntegerLiteral
{
    let bytes: [UInt8]

    /// The UTF-8 bytes of a text.
    public init(_ text: String) { self.bytes = Array(text.utf8) }

    /// Bytes as they are.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A number in decimal digits.
    public init(_ number: some BinaryInteger) { self.bytes = Array(String(number).utf8) }

    /// A literal text.
    public init(stringLiteral value: String) { self.init(value) }

    /// A literal number.
    public init(integerLiteral value: Int64) { self.init(value) }
}
