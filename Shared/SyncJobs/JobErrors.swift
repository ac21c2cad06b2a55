public import JSONRPC

/// The errors of jobs. Their `data` tells the queue, and whoever called on the socket, what to do next.
extension JSONRPCError {
    /// Names in `data.dependency` of −32009.
    enum Dependency {
        static let riot = "riot"
    }

    /// Riot asked for a pause (429): nobody's fault, the job goes back until then.
    public static func rateLimited(after: Duration, _ message: String) -> JSONRPCError {
        .init(.rateLimited, message, data: JobErrorData(retryAfterMilliseconds: after.jobMilliseconds))
    }

    /// A part of ours is down, or the key is refused: the job waits and loses no attempt.
    public static func dependencyDown(_ dependency: String, _ message: String) -> JSONRPCError {
        .init(.dependencyDown, message, data: JobErrorData(dependency: dependency))
    }

    /// Riot did not answer well: the job costs an attempt and is tried again.
    public static func riotFailed(_ message: String, after: Duration?) -> JSONRPCError {
        .init(
            .dependencyDown,
            message,
            data: JobErrorData(
                dependency: Dependency.riot,
                retryAfterMilliseconds: after.map(\.jobMilliseconds)
            )
        )
    }
}

/// `data` of a job's error.
struct JobErrorData: Codable, Sendable {
    var dependency: String?
    var retryAfterMilliseconds: Int64?

    enum CodingKeys: String, CodingKey {
        case dependency
        case retryAfterMilliseconds = "retry_after_ms"
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, so that nobody comes back too early.
    public var jobMilliseconds: Int64 {
        components.seconds * 1000 + (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
