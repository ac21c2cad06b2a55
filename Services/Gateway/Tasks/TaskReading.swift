import Storage

/// What streams of a task's events send: its status at one moment.
struct TaskReading: Sendable, Equatable {
    /// When it was read, epoch milliseconds of the database's clock: it counts up over all gateways.
    let readAt: Int64
    /// Nothing follows.
    let isFinal: Bool
    /// The body of `task-status`.
    let body: [UInt8]

    init(readAt: Int64, isFinal: Bool, body: [UInt8]) {
        self.readAt = readAt
        self.isFinal = isFinal
        self.body = body
    }

    init(_ status: TaskStatus) throws {
        self.init(
            readAt: status.readAt,
            isFinal: status.task.state.isFinal,
            body: try JSONBody.encode(TaskStatusBody(status))
        )
    }

    /// The reading as a server-sent event (HTML Living Standard, section 9.2).
    func event(id: EventID) -> String {
        "event: \(isFinal ? "end" : "progress")\nid: \(id.text)\ndata: \(String(decoding: body, as: UTF8.self))\n\n"
    }
}

/// The id of a server-sent event: the time of the reading, and whether the stream ended with it.
///
/// A client that comes back with the id of an end has all there is, whichever gateway it asks.
struct EventID: Sendable, Equatable {
    /// How far an id may lie ahead of the database's clock, in milliseconds, to be believed.
    private static let tolerance: Int64 = 60_000

    let readAt: Int64
    let isEnd: Bool

    init(_ reading: TaskReading) {
        readAt = reading.readAt
        isEnd = reading.isFinal
    }

    /// Reads the header `Last-Event-ID`; nil when it is no id of ours.
    init?(_ text: String?, now: Int64) {
        guard let number = text.flatMap({ Int64($0) }), number > 0, number / 2 <= now + Self.tolerance else {
            return nil
        }
        readAt = number / 2
        isEnd = number % 2 == 1
    }

    var text: String { String(readAt * 2 + (isEnd ? 1 : 0)) }
}
