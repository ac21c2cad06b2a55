/// One parameter of a method, as callers see it: by name, or by its position in the list.
public struct ParameterDescription: Sendable, Hashable {
    /// The JSON types of JSON Schema.
    public enum ValueType: String, Sendable, Hashable {
        /// Text.
        case string
        /// A whole number.
        case integer
        /// Any number.
        case number
        /// `true` or `false`.
        case boolean
        /// Members by name.
        case object
        /// A list.
        case array
        /// Whatever JSON allows.
        case any
    }

    /// The exact name, case included.
    public let name: String
    /// What values it takes.
    public let type: ValueType
    /// Whether calls without it are refused.
    public let isRequired: Bool
    /// A sentence for `rpc.discover`.
    public let summary: String

    /// Describes a parameter.
    ///
    /// Its name must be the coding key of the handler's parameters.
    public init(_ name: String, type: ValueType, required: Bool = true, summary: String) {
        precondition(name != CallMetadata.member, "_meta is reserved: it belongs to every method")
        self.name = name
        self.type = type
        self.isRequired = required
        self.summary = summary
    }
}

/// The parameters of a method that has none.
public struct NoParameters: Codable, Sendable, Hashable {
    /// Creates the empty set of parameters.
    public init() {}
}
