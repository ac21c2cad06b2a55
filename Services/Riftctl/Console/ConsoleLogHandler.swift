import Logging

/// Shows what the supervisor has to say as sentences between the other lines.
struct ConsoleLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .notice

    static func logger(_ level: Logger.Level = .notice) -> Logger {
        var logger = Logger(label: "riftctl") { _ in ConsoleLogHandler() }
        logger.logLevel = level
        return logger
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        Console.standard.say("\(event.message)\(details.isEmpty ? "" : " (\(details))")")
    }
}
