import JSONRPC
import ServiceRuntime
import Supervision

/// A service of this machine, reached through its socket.
struct ServiceSocket: Sendable {
    /// The longest answer that is read, the frame limit of the protocol.
    static let answerLimit = 4 << 20

    let path: String

    /// A name is looked up in the runtime directory, a path is taken as it is.
    init(_ text: String, _ settings: Settings) {
        path = text.contains("/") ? text : "\(settings.runtimeDirectory)/\(text).sock"
    }

    /// Calls a method and returns its result as JSON text.
    ///
    /// - Throws: `CommandFailure`: unavailable when the service does not run, usage when it refuses the call.
    func call(
        _ method: String,
        parameters: String?,
        within patience: Duration
    ) async throws(CommandFailure) -> [UInt8] {
        var request = #"{"jsonrpc":"2.0","id":1,"method":\#(CallParameters.quoted(method))"#
        if let parameters { request += #","params":\#(parameters)"# }
        let answer: [UInt8]
        do throws(LocalExchange.Failure) {
            answer = try await LocalExchange.ask(
                .unix(path: path),
                Array((request + "}\n").utf8),
                limit: Self.answerLimit,
                until: .now + patience,
                isComplete: { $0.last == UInt8(ascii: "\n") }
            )
        } catch {
            throw CommandFailure(.unavailable, "\(path): \(error).")
        }
        guard let response = JSONRPCResponse(parsing: answer.dropLast()) else {
            throw CommandFailure(.internal, "\(path) answers what is no JSON-RPC 2.0 response.")
        }
        switch response {
        case .result(let result): return result
        case .error(let error):
            let details = error.data.map { " \(String(decoding: $0.bytes, as: UTF8.self))" } ?? ""
            let isRefusal = (-32_602...(-32_600)).contains(error.code)
            throw CommandFailure(isRefusal ? .usage : .unavailable, "\(error.code) \(error.message)\(details)")
        }
    }
}
