import Storage

/// Rejected bodies for people; nothing of what is in them.
enum RejectedDisplay {
    /// Characters of a reason in a table.
    static let reasonLength = 100

    static func table(_ bodies: [RejectedBody]) -> TextTable {
        TextTable(
            header: ["BODY", "LAST", "TIMES", "PARSER", "TASKS", "AT", "REASON"],
            rows: bodies.map { body in
                [
                    body.name, EpochText.second(body.lastSeenAt), String(body.attempts), String(body.parserVersion),
                    String(body.tasks), shortened(body.place), shortened(body.reason),
                ]
            }
        )
    }

    static func lines(_ body: RejectedBody) -> [String] {
        [
            "body       \(body.name), \(body.byteCount) bytes as received",
            "reason     \(body.reason)",
            "at         \(body.place)",
            "refused    \(body.attempts) times, last by parser \(body.parserVersion)",
            "first      \(EpochText.second(body.firstSeenAt))",
            "last       \(EpochText.second(body.lastSeenAt))",
            "tasks      \(body.tasks) count it as failed",
            "rows       \(body.isHeld ? "those of an earlier parser are in use" : "none")",
        ]
    }

    /// What came of trying one again, when it is not what was hoped for.
    static func line(_ body: RejectedBody, _ outcome: RejectedRetry) -> String? {
        switch outcome {
        case .stored, .derived, .understood: nil
        case .refused(let rejection): "\(body.name): \(shortened(rejection.reason)) (at \(shortened(rejection.place)))"
        case .damaged: "\(body.name): the bytes that are kept are not those that were received"
        case .gone: "\(body.name): somebody else has dealt with it"
        }
    }

    private static func shortened(_ text: String) -> String {
        text.count > reasonLength ? text.prefix(reasonLength) + "…" : text
    }
}
