import HTTPTypes
import RiotModels
import Testing

@testable import Storage
@testable import gateway

/// The exact bytes of a status, for each of Celery's words.
@Suite struct TaskStatusBodyTests {
    private static let id = "01934f6e-7a3b-7c1d-8e2f-0123456789ab"
    /// The instant 2026-11-23T23:01:07.123Z.
    private static let then: Int64 = 1_795_474_867_123

    private func reading(
        _ state: SyncTask.State,
        step: SyncTask.Step = .fetchingSummoner,
        counts: TaskCounts? = nil,
        keyRejectedAt: Int64? = nil,
        waitingFor: String? = nil,
        error: String? = nil,
        listedAt: Int64? = nil,
        forecast: (completeAt: Int64?, madeAt: Int64)? = nil
    ) throws -> TaskStatus {
        let isFinal = state.isFinal
        return TaskStatus(
            task: SyncTask(
                id: try #require(TaskID(Self.id)),
                state: state,
                step: step,
                gameName: "Jane Doe",
                tagLine: "NA1",
                platform: .na1,
                year: 2025,
                recovery: false,
                summonerID: 7,
                puuid: "p",
                queuedAt: Self.then,
                startedAt: Self.then + 1_000,
                listedAt: listedAt,
                finishedAt: isFinal ? Self.then + 61_500 : nil,
                attempt: 2,
                retryAt: Self.then + 5_000,
                error: error,
                problemType: error == nil ? nil : "unknown-player",
                retryable: false,
                waitingFor: waitingFor,
                waitingUntil: waitingFor == nil ? nil : Self.then + 40_000,
                waitingDetail: nil,
                completeAt: forecast?.completeAt,
                forecastAt: forecast?.madeAt,
                listRequests: 6,
                isCapped: false,
                reason: state == .revoked ? "cancelled by its user" : nil
            ),
            counts: counts,
            keyRejectedAt: keyRejectedAt,
            readAt: Self.then + 31_000
        )
    }

    private func text(_ reading: TaskStatus) throws -> String {
        String(decoding: try JSONBody.encode(TaskStatusBody(reading)), as: UTF8.self)
    }

    private func counts() -> TaskCounts {
        var counts = TaskCounts()
        counts.total = 20
        counts.processed = 15
        counts.existing = 5
        counts.new = 8
        counts.unavailable = 1
        counts.failed = 1
        counts.matchesStored = 9
        counts.timelinesStored = 8
        counts.timelinesUnavailable = 1
        counts.outsideYear = 2
        counts.notHis = 1
        counts.requests = 18
        counts.currentMatch = "NA1_5012345678"
        counts.failedMatches = ["NA1_5000000001"]
        return counts
    }

    @Test func unknown() throws {
        let body = TaskStatusBody(unknown: try #require(TaskID(Self.id)))
        #expect(
            String(decoding: try JSONBody.encode(body), as: UTF8.self)
                == #"{"known":false,"status":"PENDING","task_id":"\#(Self.id)"}"#
        )
    }

    @Test func pending() throws {
        #expect(
            try text(reading(.pending))
                == #"{"known":true,"queued_at":"2026-11-23T23:01:07.123Z","status":"PENDING","task_id":"\#(Self.id)"}"#
        )
    }

    @Test func started() throws {
        #expect(
            try text(reading(.started))
                == #"{"progress":0,"started_at":"2026-11-23T23:01:08.123Z","status":"STARTED","#
                + #""step":"fetching_summoner","task_id":"\#(Self.id)"}"#
        )
    }

    @Test func progressBeforeTheListIsKnown() throws {
        #expect(
            try text(reading(.progress, step: .fetchingMatches))
                == #"{"progress":0,"status":"PROGRESS","step":"fetching_matches","summoner_name":"Jane Doe#NA1","#
                + #""task_id":"\#(Self.id)","year":2025}"#
        )
    }

    @Test func progressOf15Of20Is75() throws {
        let reading = try reading(
            .progress,
            step: .processingMatches,
            counts: counts(),
            waitingFor: "quota",
            listedAt: Self.then + 1_000
        )
        #expect(
            try text(reading)
                == #"{"current_match":"NA1_5012345678","eta_seconds":15,"existing_matches":5,"failed":1,"#
                + #""matches_stored":9,"processed":15,"progress":75,"rate_limited_until":"2026-11-23T23:01:47.123Z","#
                + #""status":"PROGRESS","step":"processing_matches","summoner_name":"Jane Doe#NA1","#
                + #""task_id":"\#(Self.id)","timelines_stored":8,"total":20,"unavailable":1,"waiting_for":"quota","#
                + #""year":2025}"#
        )
    }

    @Test func aRejectedKeyIsSaid() throws {
        let body = TaskStatusBody(try reading(.progress, step: .processingMatches, keyRejectedAt: Self.then))
        #expect(body.waitingFor == "key")
        #expect(body.status == "PROGRESS")
    }

    @Test func retry() throws {
        #expect(
            try text(reading(.retry, error: "Riot did not answer."))
                == #"{"attempt":2,"error":"Riot did not answer.","retry_at":"2026-11-23T23:01:12.123Z","#
                + #""status":"RETRY","task_id":"\#(Self.id)"}"#
        )
    }

    @Test func success() throws {
        var counts = counts()
        counts.processed = 20
        counts.new = 13
        let reading = try reading(.success, step: .completed, counts: counts, listedAt: Self.then)
        #expect(
            try text(reading)
                == #"{"capped":false,"duration_seconds":60,"existing_matches":5,"failed_matches":["NA1_5000000001"],"#
                + #""new_matches":13,"not_his":1,"outside_year":2,"processed_matches":20,"progress":100,"#
                + #""riot_requests":24,"status":"SUCCESS","step":"completed","summoner_id":7,"#
                + #""summoner_name":"Jane Doe#NA1","task_id":"\#(Self.id)","timelines_unavailable":1,"#
                + #""total_matches":20,"unavailable_matches":1,"year":2025}"#
        )
    }

    @Test func successWithoutMatchesSaysSo() throws {
        let body = TaskStatusBody(
            try reading(.success, step: .completed, counts: TaskCounts(), listedAt: Self.then)
        )
        #expect(body.totalMatches == 0)
        #expect(body.processedMatches == 0)
        #expect(body.message == "Jane Doe#NA1 has no matches in 2025.")
    }

    @Test func failure() throws {
        #expect(
            try text(reading(.failure, error: "There is no player Jane Doe#NA1 on na1."))
                == #"{"error":"There is no player Jane Doe#NA1 on na1.","#
                + #""problem":{"detail":"There is no player Jane Doe#NA1 on na1.","title":"unknown player","#
                + #""type":"urn:riftsync:problem:unknown-player"},"retryable":false,"status":"FAILURE","#
                + #""task_id":"\#(Self.id)"}"#
        )
    }

    @Test func revoked() throws {
        #expect(
            try text(reading(.revoked))
                == #"{"reason":"cancelled by its user","revoked_at":"2026-11-23T23:02:08.623Z","status":"REVOKED","#
                + #""task_id":"\#(Self.id)"}"#
        )
    }

    @Test func finalStatesAreNotPolled() throws {
        #expect(TaskRoutes.pollingHeaders(try reading(.success).task)[.retryAfter] == nil)
        #expect(TaskRoutes.pollingHeaders(try reading(.progress).task)[.retryAfter] == "2")
        #expect(TaskRoutes.pollingHeaders(nil)[.retryAfter] == "2")
    }

    /// The forecast from the live limits is told while it is fresh; then the pace so far is.
    @Test(
        arguments: [
            (91_500, 30_000, 61), (31_000, 30_000, 0), (20_000, 30_000, 0), (nil, 30_000, nil),
            (91_500, 10_000, 15),
        ] as [(Int64?, Int64, Int?)]
    )
    func etaIsTheForecastWhileThatIsFresh(completeAt: Int64?, madeAt: Int64, eta: Int?) throws {
        let reading = try self.reading(
            .progress,
            counts: counts(),
            listedAt: Self.then + 1_000,
            forecast: (completeAt.map { Self.then + $0 }, Self.then + madeAt)
        )
        #expect(reading.etaSeconds == eta)
    }
}
