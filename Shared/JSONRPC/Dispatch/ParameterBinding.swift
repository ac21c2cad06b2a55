import FoundationEssentials
import JSON

/// Fits the parameters of a request to the description of a method, before anything is done.
enum ParameterBinding {
    /// The parameters as one JSON object, by name.
    ///
    /// `_meta` is read into `context`. Types are checked later, by decoding; names are checked here, because `Decodable`
    /// would overlook unknown ones.
    ///
    /// - Throws: −32602 with the unknown and missing names in `data`.
    static func bind(
        _ parameters: JSONValue?,
        to descriptions: [ParameterDescription],
        context: inout CallContext
    ) throws(JSONRPCError) -> JSONText {
        guard let parameters else {
            try requireAll(of: descriptions, unknown: [], given: [])
            return JSONText(trusted: Array("{}".utf8))
        }
        if parameters.kind == .array { return try bindByPosition(parameters, to: descriptions) }
        var unknown: [String] = []
        var given: Set<String> = []
        for (key, value) in parameters.members {
            let name = key.name
            if name == CallMetadata.member {
                try CallMetadata.read(value, into: &context)
            } else if descriptions.contains(where: { $0.name == name }) {
                given.insert(name)
            } else {
                unknown.append(String(name.prefix(JSONRPCLimits.quotedName)))
            }
        }
        try requireAll(of: descriptions, unknown: unknown, given: given)
        return JSONText(trusted: parameters.rawBytes)
    }

    private static func bindByPosition(
        _ parameters: JSONValue,
        to descriptions: [ParameterDescription]
    ) throws(JSONRPCError) -> JSONText {
        guard parameters.count <= descriptions.count else {
            throw JSONRPCError(
                .invalidParameters,
                "The method takes at most \(descriptions.count) parameters, not \(parameters.count).",
                data: JSONRPCError.Details(limit: descriptions.count)
            )
        }
        let named = zip(descriptions, parameters.elements)
        try requireAll(of: descriptions, unknown: [], given: Set(named.map(\.0.name)))
        var object: [UInt8] = [UInt8(ascii: "{")]
        for (description, value) in named {
            if object.count > 1 { object.append(UInt8(ascii: ",")) }
            JSONText.quote(description.name, into: &object)
            object.append(UInt8(ascii: ":"))
            object += value.rawBytes
        }
        object.append(UInt8(ascii: "}"))
        return JSONText(trusted: object)
    }

    private static func requireAll(
        of descriptions: [ParameterDescription],
        unknown: [String],
        given: Set<String>
    ) throws(JSONRPCError) {
        let missing = descriptions.filter { $0.isRequired && !given.contains($0.name) }.map(\.name)
        if unknown.isEmpty, missing.isEmpty { return }
        var faults: [String] = []
        if !unknown.isEmpty { faults.append("unknown: \(unknown.joined(separator: ", "))") }
        if !missing.isEmpty { faults.append("missing: \(missing.joined(separator: ", "))") }
        throw JSONRPCError(
            .invalidParameters,
            "Parameters \(faults.joined(separator: "; "))",
            data: JSONRPCError.Details(
                unknown: unknown.isEmpty ? nil : unknown,
                missing: missing.isEmpty ? nil : missing
            )
        )
    }

    /// Decodes the object that `bind` made.
    ///
    /// - Throws: −32602 with a sentence that names the parameter.
    static func decode<Parameters: Decodable>(_ object: JSONText) throws(JSONRPCError) -> Parameters {
        do {
            if let none = NoParameters() as? Parameters { return none }
            return try object.decoded()
        } catch let error as DecodingError {
            throw .invalidParameters(sentence(for: error))
        } catch let error as JSONRPCError {
            throw error
        } catch {
            throw .invalidParameters("The parameters cannot be read.")
        }
    }

    private static func sentence(for error: DecodingError) -> String {
        switch error {
        case .typeMismatch(let type, let context): "\(path(context.codingPath)): a value of type \(type) is expected"
        case .valueNotFound(let type, let context): "\(path(context.codingPath)): null is given, a \(type) is expected"
        case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])): is missing"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "A parameter holds a number out of range or a text that cannot be read."
                : "\(path(context.codingPath)): \(context.debugDescription)"
        @unknown default: "The parameters cannot be read."
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        let path = keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? "params" : path
    }
}
