import Logging
import Synchronization

/// Keeps the fields that a storage reports as unknown.
final class RecordingLog: Sendable {
    private let recorded = Mutex<[String]>([])

    /// Values of `field`, in the order of the messages.
    var fields: [String] { recorded.withLock { $0 } }

    var logger: Logger { Logger(label: "recorded") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: RecordingLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard let field = event.metadata?["field"] else { return }
            log.recorded.withLock { $0.append("\(field)") }
        }
    }
}
