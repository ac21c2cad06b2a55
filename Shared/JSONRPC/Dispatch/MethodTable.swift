/// The methods of a service: what is dispatched and what `rpc.discover` shows come from this one table.
public struct MethodTable: Sendable {
    struct Method: Sendable {
        let name: String
        let summary: String
        let parameters: [ParameterDescription]
        let errors: [JSONRPCError.Code]
        let isDeprecated: Bool
        let invoke: @Sendable (_ parameters: JSONText, CallContext) async throws -> JSONText
    }

    let service: String
    let version: String
    private(set) var methods: [String: Method] = [:]

    /// An empty table.
    ///
    /// `service` and `version` are shown by `rpc.discover`.
    public init(service: String, version: String) {
        self.service = service
        self.version = version
    }

    /// The names of all methods, sorted, without `rpc.discover`.
    public var names: [String] { methods.keys.sorted() }

    /// Adds a method.
    ///
    /// - Parameters:
    ///   - name: unique; `rpc.` is reserved (section 4 of the specification), `x.` marks what may change.
    ///   - parameters: in the order of calls by position. Names that are not here are refused before `handler` runs.
    ///   - errors: application errors that callers should be prepared for.
    ///   - handler: gets parameters that decoded; a thrown `JSONRPCError` is the answer, any other error becomes −32603
    ///     and goes to the log. A `JSONText` is answered as it is. Cancelled when the caller's connection breaks.
    public mutating func add<Parameters: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String,
        summary: String,
        parameters: [ParameterDescription],
        errors: [JSONRPCError.Code] = [],
        isDeprecated: Bool = false,
        handler: @escaping @Sendable (Parameters, CallContext) async throws -> Result
    ) {
        precondition(!name.hasPrefix("rpc."), "\(name): names that begin with rpc. are reserved")
        precondition(methods[name] == nil, "\(name): the method is there already")
        precondition(Set(parameters.map(\.name)).count == parameters.count, "\(name): a parameter is described twice")
        methods[name] = Method(
            name: name,
            summary: summary,
            parameters: parameters,
            errors: errors,
            isDeprecated: isDeprecated
        ) { object, context in
            let result = try await handler(try ParameterBinding.decode(object), context)
            return try result as? JSONText ?? JSONText(encoding: result)
        }
    }
}
