import Logging

/// The log handler of every service: one line an event, text or JSON, to the sink.
struct ServiceLogHandler: LogHandler {
    private let service: String
    private let instance: String
    private let format: LogFormat
    private let sink: LogSink
    private let control: LogLevelControl
    private var ownLevel: Logger.Level?

    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(service: String, instance: String, format: LogFormat, sink: LogSink, control: LogLevelControl) {
        self.service = service
        self.instance = instance
        self.format = format
        self.sink = sink
        self.control = control
    }

    /// A logger whose level was set by hand keeps it; all others follow the process's level.
    var logLevel: Logger.Level {
        get { ownLevel ?? control.level }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { _, new in new } }
        if let own = event.metadata { merged.merge(own) { _, new in new } }
        if let error = event.error { merged["error"] = .string(String(describing: error)) }
        let line = LogLine(
            milliseconds: EpochTime.now(),
            level: event.level,
            service: service,
            instance: instance,
            message: event.message.description,
            metadata: merged
        )
        sink.write(line.encoded(as: format)) { count in
            var notice = line
            notice.level = .warning
            notice.message = "log lines were dropped because nobody read them"
            notice.metadata = ["lines": .stringConvertible(count)]
            return notice.encoded(as: format)
        }
    }
}
