/// A value that is sent beside a statement, never inside it.
///
/// The server infers types from the statement, so `.int` fits every integer column, and `.text` every type that has a
/// text form (`$1::jsonb`).
public enum PostgresParameter: Sendable, Equatable, ExpressibleByNilLiteral {
    /// SQL's NULL.
    case null
    /// Text without NUL characters, which PostgreSQL cannot store.
    case text(String)
    /// An integer.
    case int(Int64)
    /// A double, infinities and NaN included.
    case double(Double)
    /// A boolean.
    case bool(Bool)
    /// `bytea`, sent in binary.
    case bytes([UInt8])
    /// `timestamptz`, as milliseconds since 1970; an infinity when PostgreSQL cannot hold it.
    case timestamp(milliseconds: Int64)
    /// `text[]`, or an array of anything with a text form.
    case textArray([String?])
    /// An array of integers.
    case intArray([Int64?])

    /// An array of `timestamptz`, as milliseconds since 1970.
    case timestampArray(milliseconds: [Int64?])
    /// `bytea[]`, sent in binary.
    case bytesArray([[UInt8]])

    /// SQL's NULL.
    public init(nilLiteral: ()) { self = .null }
    /// The text, or NULL.
    public init(_ value: String?) { self = value.map { .text($0) } ?? .null }
    /// The integer, or NULL.
    public init(_ value: Int64?) { self = value.map { .int($0) } ?? .null }
    /// The integer, or NULL.
    public init(_ value: Int?) { self = value.map { .int(Int64($0)) } ?? .null }
    /// The integer, or NULL.
    public init(_ value: Int32?) { self = value.map { .int(Int64($0)) } ?? .null }
    /// The integer, or NULL.
    public init(_ value: Int16?) { self = value.map { .int(Int64($0)) } ?? .null }
    /// The double, or NULL.
    public init(_ value: Double?) { self = value.map { .double($0) } ?? .null }
    /// The boolean, or NULL.
    public init(_ value: Bool?) { self = value.map { .bool($0) } ?? .null }
    /// The bytes, or NULL.
    public init(_ value: [UInt8]?) { self = value.map { .bytes($0) } ?? .null }
    /// The time, or NULL.
    public init(timestampMilliseconds value: Int64?) { self = value.map { .timestamp(milliseconds: $0) } ?? .null }
}
