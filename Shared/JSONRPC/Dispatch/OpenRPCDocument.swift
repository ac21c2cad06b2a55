/// What `rpc.discover` answers: an OpenRPC 1.3 description made from the method table (spec.open-rpc.org).
struct OpenRPCDocument: Encodable {
    /// The one name of the reserved `rpc.` that is in use.
    static let method = "rpc.discover"

    private let openrpc = "1.3.2"
    private let info: Info
    private let methods: [Method]
    private let components: Components

    init(_ table: MethodTable) {
        info = Info(title: table.service, version: table.version)
        let discover = Method(
            name: Self.method,
            summary: "Describes this service.",
            deprecated: nil,
            params: [],
            result: Result(name: "document", schema: Schema(type: "object")),
            errors: []
        )
        methods =
            table.methods.values.sorted { $0.name < $1.name }.map { Self.describe($0) } + [discover]
        components = Components(
            errors: Dictionary(
                uniqueKeysWithValues: JSONRPCError.Code.table.map {
                    (String($0.code.rawValue), ErrorObject(code: $0.code.rawValue, message: $0.meaning))
                }
            )
        )
    }

    /// The document as JSON.
    var text: JSONText {
        do {
            return try JSONText(encoding: self)
        } catch {
            preconditionFailure("a document of strings, numbers and lists is always JSON: \(error)")
        }
    }

    private static func describe(_ method: MethodTable.Method) -> Method {
        // A call can always meet these: wrong parameters, a fault of ours, a service that stops.
        let always: [JSONRPCError.Code] = [.invalidParameters, .internalError, .shuttingDown, .deadlineExceeded]
        return Method(
            name: method.name,
            summary: method.summary,
            deprecated: method.isDeprecated ? true : nil,
            params: method.parameters.map {
                Parameter(
                    name: $0.name,
                    summary: $0.summary,
                    required: $0.isRequired,
                    schema: Schema(type: $0.type == .any ? nil : $0.type.rawValue)
                )
            },
            result: Result(name: "result", schema: Schema(type: nil)),
            errors: (method.errors + always.filter { !method.errors.contains($0) }).map {
                Reference(code: $0.rawValue)
            }
        )
    }

    private struct Info: Encodable {
        let title: String
        let version: String
    }

    private struct Method: Encodable {
        let name: String
        let summary: String
        let deprecated: Bool?
        let paramStructure = "either"
        let params: [Parameter]
        let result: Result
        let errors: [Reference]
    }

    private struct Parameter: Encodable {
        let name: String
        let summary: String
        let required: Bool
        let schema: Schema
    }

    private struct Result: Encodable {
        let name: String
        let schema: Schema
    }

    private struct Schema: Encodable {
        let type: String?
    }

    private struct Components: Encodable {
        let errors: [String: ErrorObject]
    }

    private struct ErrorObject: Encodable {
        let code: Int
        let message: String
    }

    private struct Reference: Encodable {
        let reference: String

        init(code: Int) { reference = "#/components/errors/\(code)" }

        enum CodingKeys: String, CodingKey { case reference = "$ref" }
    }
}
