import Foundation
import RiotModels
import Storage
import TestSupport
import Testing

@testable import ServiceRuntime
@testable import gateway

/// Event streams over a real socket and a real database.
///
/// No orchestrator tells of changes here, so the database is
/// looked at; with one, see the end-to-end tests.
@Suite(.timeLimit(.minutes(2))) struct EventTests {
    private static let fast = EventTiming(
        keepAlive: .milliseconds(200),
        look: .milliseconds(10),
        pause: .milliseconds(10)
    )

    private func withGateway(
        streams: Int = 8,
        _ body: @Sendable (RunningGateway, TaskID, _ path: String) async throws -> Void
    ) async throws {
        try await withTestDatabase { url in
            try await RunningGateway.with(databaseURL: url, eventTiming: Self.fast, maximumEventStreams: streams) {
                try await $0.storage.migrate()
                let id = try await $0.startTask("Some One")
                try await body($0, id, "/api/v1/tasks/\(id)/events")
            }
        }
    }

    @Test func progressIsToldAndThenTheEnd() async throws {
        try await withGateway { gateway, id, path in
            let client = try await EventClient.open(port: gateway.port, path)
            #expect(client.status == 200)
            #expect(client.head.map { $0.lowercased() }.contains("content-type: text/event-stream"))
            #expect(try await client.next()?.lines == ["retry: 3000"])
            let first = try #require(try await client.nextEvent())
            #expect(first.field("event") == "progress" && first.json["status"] as? String == "PENDING")
            try await gateway.storage.taskDidStart(id)
            let second = try #require(try await client.nextEvent())
            #expect(second.field("event") == "progress" && second.json["status"] as? String == "STARTED")
            _ = try await gateway.storage.cancelTask(id, reason: "enough")
            let last = try #require(try await client.nextEvent())
            #expect(last.field("event") == "end" && last.json["status"] as? String == "REVOKED")
            #expect(last.json["reason"] as? String == "enough")
            #expect(try await client.nextEvent() == nil, "the stream has ended")
            let numbers = [first, second, last].map { Int64($0.field("id") ?? "") ?? 0 }
            #expect(numbers[0] > 0 && numbers[0] < numbers[1] && numbers[1] < numbers[2], "\(numbers)")
        }
    }

    @Test func whoComesBackIsToldWhatIsNewAndNothingTwice() async throws {
        try await withGateway { gateway, id, path in
            let first = try await EventClient.open(port: gateway.port, path)
            _ = try await first.next()
            let seen = try #require(try await first.nextEvent()?.field("id"))
            let again = try await EventClient.open(port: gateway.port, path, lastEventID: seen)
            _ = try await again.next()
            #expect(try await again.next()?.isComment == true, "nothing is new")
            try await gateway.storage.taskDidStart(id)
            let news = try #require(try await again.nextEvent())
            #expect(news.json["status"] as? String == "STARTED")
            first.close()
            again.close()
            _ = try await gateway.storage.cancelTask(id, reason: nil)
            let late = try await EventClient.open(port: gateway.port, path, lastEventID: news.field("id"))
            _ = try await late.next()
            let end = try #require(try await late.nextEvent())
            #expect(end.field("event") == "end")
            // Whoever has the end must not come back for ever.
            let over = try await EventClient.open(port: gateway.port, path, lastEventID: end.field("id"))
            #expect(over.status == 204)
            for nonsense in ["x", "-5", "9223372036854775807"] {
                let client = try await EventClient.open(port: gateway.port, path, lastEventID: nonsense)
                _ = try await client.next()
                #expect(try await client.nextEvent()?.field("event") == "end", "\(nonsense)")
            }
        }
    }

    @Test func streamsAreLimitedAndTheirPlacesAreGivenBack() async throws {
        try await withGateway(streams: 2) { gateway, _, path in
            let clients = [
                try await EventClient.open(port: gateway.port, path),
                try await EventClient.open(port: gateway.port, path),
            ]
            let head = try await RawHTTP.send("HEAD", path, port: gateway.port)
            #expect(head.status == 200 && head.headers["content-type"] == "text/event-stream")
            let refused = try await RawHTTP.send("GET", path, port: gateway.port)
            #expect(refused.status == 503 && refused.headers["retry-after"] == "3")
            for client in clients { client.close() }
            for number in 1...10 {
                // The gateway notices with its next write at the latest.
                var client = try await EventClient.open(port: gateway.port, path)
                while client.status == 503 { client = try await EventClient.open(port: gateway.port, path) }
                #expect(client.status == 200, "\(number)")
            }
        }
    }

    @Test func whoComesBackWithATimeAheadOfTheEndIsToldTheEnd() async throws {
        try await withGateway { gateway, id, path in
            let now = try #require(try await gateway.storage.taskStatus(id)).readAt
            let ahead = EventID(TaskReading(readAt: now + 50_000, isFinal: false, body: []))
            let early = try await EventClient.open(port: gateway.port, path, lastEventID: ahead.text)
            _ = try await gateway.storage.cancelTask(id, reason: nil)
            let late = try await EventClient.open(port: gateway.port, path, lastEventID: ahead.text)
            for client in [early, late] {
                #expect(try await client.next()?.lines == ["retry: 3000"])
                #expect(try await client.nextEvent()?.field("event") == "end")
                #expect(try await client.nextEvent() == nil)
            }
        }
    }

    /// As when the database's clock was set back, or two readings crossed.
    @Test func anEndThatSeemsOlderThanTheProgressIsKeptAndEndsTheFollowing() async throws {
        try await withTestDatabase { url in
            try await RunningGateway.with(databaseURL: url) { gateway in
                try await gateway.storage.migrate()
                let id = try await gateway.startTask("Some One")
                let feeds = TaskFeeds(
                    storage: gateway.storage,
                    socketPath: "/nowhere/orchestrator.sock",
                    maximumStreams: 2,
                    timing: Self.fast,
                    logger: RunningGateway.logger
                )
                let far: Int64 = 4_000_000_000_000
                let stream = try #require(feeds.open(id, TaskReading(readAt: far, isFinal: false, body: [1])))
                _ = try await gateway.storage.cancelTask(id, reason: nil)
                for await _ in stream.signals where stream.latest?.isFinal == true { break }
                #expect(stream.latest?.isFinal == true && (stream.latest?.readAt ?? 0) > far)
                // What comes late changes nothing any more.
                feeds.publish(TaskReading(readAt: far + 9, isFinal: false, body: [2]), of: id)
                #expect(stream.latest?.isFinal == true)
            }
        }
    }

    @Test func unknownTasksHaveNoEvents() async throws {
        try await withGateway { gateway, _, _ in
            for id in ["01934f6e-7a3b-7c1d-8e2f-0123456789ab", "17"] {
                for method in ["GET", "HEAD"] {
                    let answer = try await RawHTTP.send(method, "/api/v1/tasks/\(id)/events", port: gateway.port)
                    #expect(answer.status == 404)
                }
            }
        }
    }

    @Test func aGatewayThatStopsEndsItsStreamsWithoutAnEnd() async throws {
        let (clients, opened) = AsyncStream<EventClient>.makeStream()
        try await withGateway { gateway, _, path in
            let client = try await EventClient.open(port: gateway.port, path)
            _ = try await client.next()
            _ = try await client.nextEvent()
            opened.yield(client)
        }
        for await client in clients {
            #expect(try await client.nextEvent() == nil)
            break
        }
    }

    @Test func aReaderThatIsSlowGetsTheNewestStatusOnly() async throws {
        try await withTestDatabase { url in
            try await RunningGateway.with(databaseURL: url) { gateway in
                try await gateway.storage.migrate()
                let id = try await gateway.startTask("Some One")
                let feeds = TaskFeeds(
                    storage: gateway.storage,
                    socketPath: "/nowhere/orchestrator.sock",
                    maximumStreams: 1,
                    timing: EventTiming(),
                    logger: RunningGateway.logger
                )
                func reading(_ number: Int64) -> TaskReading {
                    TaskReading(readAt: 4_000_000_000_000 + number, isFinal: false, body: Array("\(number)".utf8))
                }
                let stream = try #require(feeds.open(id, reading(0)))
                for number in 1...1_000 { feeds.publish(reading(Int64(number)), of: id) }
                var rings = 0
                stream.end()
                for await _ in stream.signals { rings += 1 }
                #expect(rings <= 1 && stream.latest == reading(1_000))
                #expect(feeds.open(id, reading(0)) == nil, "there is room for one")
            }
        }
    }
}
