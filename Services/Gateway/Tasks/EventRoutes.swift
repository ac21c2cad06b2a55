import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres
import ServiceLifecycle
import Storage

/// `GET /api/v1/tasks/{id}/events`: a task's progress as server-sent events (HTML Living Standard, section 9.2).
///
/// `progress` whenever something changes, `end` with the final status. The stream breaks off without an `end` when the
/// gateway stops; a client comes back after `retry` with `Last-Event-ID` and is told what is new since.
struct EventRoutes: Sendable {
    /// When a client that was cut off comes back, in milliseconds.
    private static let retry = 3_000

    let storage: Storage
    let feeds: TaskFeeds

    func addRoutes(to routes: RouteTable) {
        routes.add(
            "/api/v1/tasks/{id}/events",
            [
                .get: { try await events($0, $1) },
                .head: { _, context in
                    _ = try await TaskRoutes.required(storage, context)
                    return Response(status: .ok, headers: Self.headers)
                },
            ]
        )
    }

    private static let headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]

    private func events(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let status = try await TaskRoutes.required(storage, context)
        let last = EventID(request.headers[.lastEventID], now: status.readAt)
        if let last, last.isEnd, status.task.state.isFinal {
            // It has the end. With any other answer a browser would come back for ever (section 9.2.3).
            return Response(status: .noContent, headers: [.cacheControl: "no-store"])
        }
        guard let stream = feeds.open(status.task.id, try TaskReading(status)) else {
            throw Problem.unavailable(
                "Too many streams of events are open; ask for the task's status instead, or try again.",
                retryAfterSeconds: Self.retry / 1000
            )
        }
        return Response(
            status: .ok,
            headers: Self.headers,
            body: ResponseBody { [timing = feeds.timing] writer in
                let events = EventBytes(stream: stream, after: last, keepAlive: timing.keepAlive)
                // Both are ended below, with the response.
                let ticker = Task {
                    while (try? await Task.sleep(for: timing.keepAlive / 2)) != nil { stream.ring() }
                }
                let ending = Task {
                    try await gracefulShutdown()
                    stream.end()
                }
                defer {
                    ticker.cancel()
                    ending.cancel()
                }
                try await writer.write(ByteBuffer(string: "retry: \(Self.retry)\n\n"))
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    for await bytes in events { try await writer.write(bytes) }
                }
                try await writer.finish(nil)
            }
        )
    }
}

/// What is sent of a task, one write after the other: what is new until the task, the stream or the connection ends,
/// and a comment when nothing is for long.
private struct EventBytes: AsyncSequence, AsyncIteratorProtocol, Sendable {
    private let stream: TaskStream
    private let keepAlive: Duration
    private var sentUntil: Int64
    private var lastWrite = ContinuousClock.now
    private var isOver = false

    init(stream: TaskStream, after last: EventID?, keepAlive: Duration) {
        self.stream = stream
        self.keepAlive = keepAlive
        sentUntil = last?.readAt ?? 0
    }

    func makeAsyncIterator() -> EventBytes { self }

    mutating func next() async -> ByteBuffer? {
        guard !isOver else { return nil }
        for await _ in stream.signals {
            // An end is always news: a client that has one is not served (see `events`).
            if let reading = stream.latest, reading.readAt > sentUntil || reading.isFinal {
                sentUntil = reading.readAt
                isOver = reading.isFinal
                return written(reading.event(id: EventID(reading)))
            }
            if lastWrite.duration(to: .now) >= keepAlive { return written(":\n\n") }
        }
        return nil
    }

    private mutating func written(_ text: String) -> ByteBuffer {
        lastWrite = .now
        return ByteBuffer(string: text)
    }
}
