import Glibc
import JSON

/// What a handler knows about the call besides its parameters.
public struct CallContext: Sendable {
    /// When the caller stops waiting for the answer.
    public internal(set) var deadline: ContinuousClock.Instant?
    /// The caller's word by which log lines of one piece of work are found in all services.
    public internal(set) var trace: String?
    /// The connection on which the call came; `nil` for jobs.
    let connection: (any CallConnection)?

    /// Context of a call that did not come over a socket, such as a job from the queue.
    public init() { self.init(connection: nil) }

    init(connection: (any CallConnection)?) { self.connection = connection }

    /// Whether the call came over a socket, where notifications can be sent to the caller.
    public var isFromSocket: Bool { connection != nil }

    /// Sends a notification to the caller, for methods that go on telling after their answer.
    ///
    /// - Returns: whether the connection was open; there is no word on whether the peer read it. A peer that does not
    ///   read is cut off by the server when `JSONRPCLimits.unsentBytes` have piled up.
    public func notify(_ method: String, _ parameters: some Encodable & Sendable) throws -> Bool {
        guard let connection else { return false }
        let frame = RequestFrame.notification(method, parameters: try JSONText(encoding: parameters))
        return connection.send(frame)
    }
}

/// The peer's side of a connection, as calls see it.
protocol CallConnection: AnyObject, Sendable {
    /// Queues a frame; `false` when the connection is closed.
    func send(_ frame: [UInt8]) -> Bool
    /// Whether no other running call of this connection has this id; the id is taken until `release`.
    func claim(_ id: RequestID) -> Bool
    /// Gives an id back when its call is answered.
    func release(_ id: RequestID)
}

/// `params._meta`, which every method accepts besides its own parameters.
enum CallMetadata {
    static let member = "_meta"
    /// Bytes of a trace word.
    static let traceLimit = 128
    /// Deadlines further away than this are taken for none: a day.
    static let longestDeadline: Int64 = 86_400_000

    /// Epoch milliseconds now.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Puts what `meta` says into `context`.
    ///
    /// - Throws: −32602 for members of the wrong type, −32006 when the deadline has passed.
    static func read(_ meta: JSONValue, into context: inout CallContext) throws(JSONRPCError) {
        guard meta.kind == .object else { throw .invalidParameters("_meta: an object is expected") }
        if let trace = meta["trace"] {
            guard let text = trace.string, text.utf8.count <= traceLimit else {
                throw .invalidParameters("_meta.trace: a string of at most \(traceLimit) bytes is expected")
            }
            context.trace = text
        }
        if let deadline = meta["deadline_ms"] {
            guard let instant = deadline.int64, instant >= 0 else {
                throw .invalidParameters("_meta.deadline_ms: epoch milliseconds are expected")
            }
            let left = instant - now()
            guard left > 0 else {
                throw JSONRPCError(.deadlineExceeded, "The call's deadline passed before work began.")
            }
            if left <= longestDeadline { context.deadline = .now + .milliseconds(left) }
        }
    }
}
