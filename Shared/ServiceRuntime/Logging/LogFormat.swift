/// How a log line looks.
public enum LogFormat: String, Sendable {
    /// For people at a terminal.
    case text
    /// One JSON object a line, for machines.
    case json
}
