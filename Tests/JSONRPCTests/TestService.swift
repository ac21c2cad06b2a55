import JSONRPC
import Logging

/// The methods of the specification's examples, and some that misbehave.
enum TestService {
    struct Pair: Codable, Sendable {
        let minuend: Int
        let subtrahend: Int
    }

    struct Word: Codable, Sendable { let word: String }

    struct Options: Codable, Sendable {
        let name: String
        let year: Int?
        let tags: [String]?
    }

    struct Secret: Error, CustomStringConvertible {
        var description: String { "SELECT secret FROM vault" }
    }

    static func table() -> MethodTable {
        var table = MethodTable(service: "test", version: "1.2.3")
        let pair = [
            ParameterDescription("minuend", type: .integer, summary: "From what."),
            ParameterDescription("subtrahend", type: .integer, summary: "How much."),
        ]
        table.add("subtract", summary: "Subtracts.", parameters: pair) { (pair: Pair, _) in
            pair.minuend - pair.subtrahend
        }
        let three = ["a", "b", "c"].map {
            ParameterDescription($0, type: .integer, required: false, summary: "A number.")
        }
        table.add("sum", summary: "Adds.", parameters: three) { (numbers: [String: Int], _) in
            numbers.values.reduce(0, +)
        }
        table.add("get_data", summary: "Data.", parameters: []) { (_: NoParameters, _) in
            JSONText(trusted: Array(#"["hello",5]"#.utf8))
        }
        for name in ["update", "notify_hello", "notify_sum"] {
            table.add(name, summary: "Takes a notification.", parameters: five) { (_: [String: Int], _) in true }
        }
        table.add("nothing", summary: "Has no result.", parameters: []) { (_: NoParameters, _) in String?.none }
        table.add(
            "echo",
            summary: "Echoes.",
            parameters: [
                ParameterDescription("word", type: .string, summary: "What to say.")
            ]
        ) { (word: Word, _) in word.word }
        table.add(
            "options",
            summary: "Has optional parameters.",
            parameters: [
                ParameterDescription("name", type: .string, summary: "A name."),
                ParameterDescription("year", type: .integer, required: false, summary: "A year."),
                ParameterDescription("tags", type: .array, required: false, summary: "Words."),
            ],
            errors: [.notFound]
        ) { (options: Options, _) in options }
        addFailures(to: &table)
        return table
    }

    private static let five = ["a", "b", "c", "d", "e"].map {
        ParameterDescription($0, type: .integer, required: false, summary: "A number.")
    }

    private static func addFailures(to table: inout MethodTable) {
        table.add("fail.inside", summary: "Throws what is not meant for callers.", parameters: [], isDeprecated: true) {
            (_: NoParameters, _) -> Bool in throw Secret()
        }
        table.add("fail.known", summary: "Throws an error of the table.", parameters: []) {
            (_: NoParameters, _) -> Bool in
            throw JSONRPCError(.rateLimited, "Later.", data: ["retry_after_ms": 1500])
        }
        table.add("fail.cancelled", summary: "Is cancelled.", parameters: []) {
            (_: NoParameters, _) -> Bool in throw CancellationError()
        }
        table.add("large", summary: "Answers more than a frame.", parameters: []) { (_: NoParameters, _) in
            String(repeating: "x", count: JSONRPCLimits.frameBytes)
        }
        table.add("context", summary: "Tells what it knows of the call.", parameters: []) {
            (_: NoParameters, context) in
            "\(context.trace ?? "-") \(context.deadline != nil) \(context.isFromSocket)"
        }
    }

    static func dispatcher(adding: (inout MethodTable) -> Void = { _ in }) -> JSONRPCDispatcher {
        var table = table()
        adding(&table)
        return JSONRPCDispatcher(table, logger: quiet)
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The answer to a frame, as text.
    static func answer(_ frame: String, _ dispatcher: JSONRPCDispatcher = dispatcher()) async -> String? {
        await dispatcher.respond(to: Array(frame.utf8), context: CallContext()).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
