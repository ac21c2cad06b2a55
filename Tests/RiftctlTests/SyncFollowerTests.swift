import Foundation
import ServiceRuntime
import Testing

@testable import riftctl

@Suite("Following a task", .timeLimit(.minutes(1)))
struct SyncFollowerTests {
    private let follower = SyncFollower(gateway: GatewayClient(host: "127.0.0.1", port: 1), console: .standard)

    private func report(_ json: String) throws -> SyncReport {
        try JSONDecoder().decode(SyncReport.self, from: Data(json.utf8))
    }

    /// Follows a task whose status is answered as `answers` say, one after the other.
    private func follow(_ answers: [Result<SyncReport, CommandFailure>]) async throws -> SyncReport {
        var answers = answers[...]
        return try await follower.follow("t-17") { () async throws(CommandFailure) -> SyncReport in
            guard let next = answers.popFirst() else {
                throw CommandFailure(.internal, "the follower asked after it had its answer")
            }
            return try next.get()
        }
    }

    @Test func aTaskThatGoesAwayIsNotWaitedForEver() async throws {
        let under = try report(#"{"task_id": "t-17", "status": "STARTED", "step": "fetching_summoner", "progress": 0}"#)
        let gone = try report(#"{"task_id": "t-17", "status": "PENDING", "known": false}"#)
        let failure = await #expect(throws: CommandFailure.self) {
            _ = try await follow([.success(under), .success(gone)])
        }
        #expect(failure?.code == ServiceRuntime.ExitCode.usage.rawValue)
        #expect(failure?.message.contains("knows no task t-17") == true)
    }

    @Test func aRefusalIsToldAtOnceAndAnAbsentGatewayIsWaitedFor() async throws {
        let refused = CommandFailure(.usage, "The gateway answers 400: task_id is not an id.")
        let failure = await #expect(throws: CommandFailure.self) { _ = try await follow([.failure(refused)]) }
        #expect(failure?.message == refused.message)
        let away = CommandFailure(.unavailable, "The gateway does not answer.")
        let end = try report(#"{"task_id": "t-17", "status": "SUCCESS"}"#)
        #expect(try await follow([.failure(away), .success(end)]).status == "SUCCESS")
    }
}
