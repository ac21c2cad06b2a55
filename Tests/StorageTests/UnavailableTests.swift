import Postgres
import RiotModels
import Testing

@testable import Storage

/// What Riot does not have: when it is asked for again, and when never.
@Suite(.timeLimit(.minutes(2))) struct UnavailableTests {
    private static let missing = "NA1_5000000100"

    private func withStore(_ body: @Sendable @escaping (TaskStore) async throws -> Void) async throws {
        try await TaskStore.run(body)
    }

    /// Holds a match that ended so long ago.
    private func hold(_ id: String, hoursAgo: Double, in store: TaskStore) async throws {
        try await store.storage.storeMatch(.match(id, players: 2), as: id)
        _ = try await store.pool.query(
            """
            UPDATE match SET ended_at = now() - make_interval(secs => $2::double precision)
            WHERE id = (SELECT id FROM match_key WHERE riot_id = $1)
            """,
            [.text(id), .double(hoursAgo * 3600)]
        )
    }

    private func failure(_ store: TaskStore) async throws -> FetchFailure? {
        try await store.storage.fetchFailures(limit: 10).first { $0.subject == Self.missing }
    }

    /// Whole minutes until the next try by the database's clock; nil when there will be none.
    private func minutesLeft(_ store: TaskStore) async throws -> Int? {
        try await store.pool.query(
            "SELECT round(extract(epoch FROM next_try_at - now()) / 60)::integer AS n FROM fetch_failure WHERE subject = $1",
            [.text(Self.missing)]
        ).first?.optionalInt("n")
    }

    /// Lets time pass for what waits.
    private func pass(hours: Double, in store: TaskStore) async throws {
        _ = try await store.pool.query(
            """
            UPDATE fetch_failure SET next_try_at = next_try_at - make_interval(secs => $1::double precision),
                first_seen_at = first_seen_at - make_interval(secs => $1::double precision)
            """,
            [.double(hours * 3600)]
        )
    }

    private func mark(_ store: TaskStore, _ kind: FetchKind = .match) async throws {
        try await store.storage.markUnavailable(kind, try MatchID(Self.missing), reason: "404")
    }

    struct Held: Sendable {
        let id: String
        let hoursAgo: Double
        /// What a missing NA1_5000000100 is beside it.
        let isYoung: Bool
    }

    @Test(
        arguments: [
            [], [Held(id: "NA1_5000000101", hoursAgo: 5.9, isYoung: true)],
            [Held(id: "NA1_5000000101", hoursAgo: 6.1, isYoung: false)],
            [Held(id: "NA1_5000000100", hoursAgo: 6.1, isYoung: false)],
            [Held(id: "NA1_5000000099", hoursAgo: 6.1, isYoung: true)],
            [Held(id: "NA1_999999999", hoursAgo: 6.1, isYoung: true)],
            [Held(id: "EUW1_5000000101", hoursAgo: 6.1, isYoung: true)],
            [
                Held(id: "NA1_5000000300", hoursAgo: 1, isYoung: true),
                Held(id: "NA1_5000000200", hoursAgo: 7, isYoung: false),
            ],
        ] as [[Held]]
    )
    func theNewestHeldMatchOfThePlatformThatIsSixHoursOldDecides(held: [Held]) async throws {
        try await withStore { store in
            for match in held { try await hold(match.id, hoursAgo: match.hoursAgo, in: store) }
            let kind: FetchKind = held.contains { $0.id == Self.missing } ? .timeline : .match
            try await mark(store, kind)
            let isYoung = held.allSatisfy(\.isYoung)
            #expect(try await minutesLeft(store) == (isYoung ? 60 : nil))
            #expect(try await failure(store)?.status == 404)
        }
    }

    @Test func theTriesComeAtDoublingPausesAndEndAfterTheSixth() async throws {
        try await withStore { store in
            try await mark(store)
            var pauses: [Int] = []
            while let minutes = try await minutesLeft(store) {
                pauses.append(minutes)
                #expect(try await store.storage.dueRetries().isEmpty)
                try await pass(hours: Double(minutes) / 60, in: store)
                #expect(try await store.storage.dueRetries().matches.map(\.text) == [Self.missing])
                try await mark(store)
                guard pauses.count < 10 else { break }
            }
            #expect(pauses == [60, 120, 240, 480, 960, 1920])
            let last = try await failure(store)
            #expect(last?.attempts == 7 && last?.retries == 6 && last?.nextTryAt == nil)
            #expect(try await store.storage.dueRetries().isEmpty)
            try await mark(store)
            #expect(try await failure(store)?.nextTryAt == nil)
        }
    }

    @Test func noTryIsPlannedLaterThanThreeDaysAfterTheFirstFailure() async throws {
        try await withStore { store in
            try await mark(store)
            // Nobody asked for three days: the first try is still made, and it is the last.
            try await pass(hours: 71.5, in: store)
            #expect(try await store.storage.dueRetries().matches.count == 1)
            try await mark(store)
            #expect(try await failure(store)?.retries == 1)
            #expect(try await minutesLeft(store) == nil)
        }
    }

    @Test func askingInBetweenKeepsTheNextTry() async throws {
        try await withStore { store in
            try await mark(store)
            try await pass(hours: 0.5, in: store)
            try await mark(store)
            #expect(try await minutesLeft(store) == 30)
            let between = try await failure(store)
            #expect(between?.attempts == 2 && between?.retries == 0)
            // A failure of another kind at a due try counts as one, and the schedule goes on.
            try await pass(hours: 0.5, in: store)
            try await store.storage.markFailed(.match, try MatchID(Self.missing), reason: "500")
            #expect(try await minutesLeft(store) == 120)
            #expect(try await failure(store)?.retries == 1)
        }
    }

    @Test func aScheduleGoesOnWhenTheGameHasBecomeOld() async throws {
        try await withStore { store in
            try await mark(store)
            try await hold("NA1_5000000200", hoursAgo: 7, in: store)
            try await pass(hours: 1, in: store)
            try await mark(store)
            #expect(try await minutesLeft(store) == 120)
        }
    }

    @Test func theAgeDecidesWhenAnEarlierFailureHadAnotherCause() async throws {
        try await withStore { store in
            try await store.storage.markFailed(.match, try MatchID(Self.missing), reason: "500")
            #expect(try await minutesLeft(store) == nil)
            try await mark(store)
            #expect(try await minutesLeft(store) == 60)
        }
    }

    @Test func whatIsStoredIsForgottenAndItsTimelineIsFetchedToo() async throws {
        try await withStore { store in
            let players = [testPuuid(1), "q"]
            let task = try await store.listed([Self.missing], puuid: players[0])
            let stranger = try await store.listed([Self.missing], name: "Other", puuid: players[1])
            let otherYear = try await store.listed([Self.missing], name: "Year", puuid: players[0], year: 2024)
            try await mark(store)
            for id in [task, stranger, otherYear] { #expect(try await store.storage.completeTaskIfSettled(id)) }
            let told = try await store.counts(task)
            #expect(told.unavailable == 1 && told.total == 1)

            // It ended an hour ago, so a timeline that is not there either may still come.
            try await hold(Self.missing, hoursAgo: 1, in: store)
            #expect(try await failure(store) == nil)
            #expect(try await store.storage.dueRetries() == OpenItems(timelines: [try MatchID(Self.missing)]))
            // A finished task stays as it was told.
            #expect(try await store.counts(task) == told)

            try await mark(store, .timeline)
            #expect(try await store.storage.dueRetries().isEmpty)
            try await pass(hours: 1, in: store)
            #expect(try await store.storage.dueRetries().timelines.map(\.text) == [Self.missing])
            try await store.storage.storeTimeline(.timeline(Self.missing), as: Self.missing)
            #expect(try await store.storage.dueRetries().isEmpty)
            #expect(try await failure(store) == nil)
        }
    }

    @Test func theTimelineOfAMatchThatNobodyCountsIsNotFetched() async throws {
        try await withStore { store in
            _ = try await store.listed([Self.missing], puuid: "q")
            try await mark(store)
            try await store.storage.storeMatch(.match(Self.missing, players: 2), as: Self.missing)
            #expect(try await store.storage.dueRetries().isEmpty)
        }
    }

    @Test func theLongestDueComesFirst() async throws {
        try await withStore { store in
            for (number, hours) in [(1, 1.5), (2, 1.2), (3, 1.1)] {
                let id = try MatchID("NA1_\(number)")
                try await store.storage.markUnavailable(.match, id, reason: "404")
                try await pass(hours: hours, in: store)
            }
            #expect(try await store.storage.dueRetries(limit: 2).matches.map(\.text) == ["NA1_1", "NA1_2"])
        }
    }

    /// A job that came a second time asked Riot for what it had just said it does not have.
    @Test func whatWasJustMissingIsNotAskedForAgainUnlessItIsWanted() async throws {
        try await withStore { store in
            let id = try MatchID(Self.missing)
            #expect(try await store.storage.fetchNeed(.match, id) == .request(keyIsRefused: false))
            try await mark(store)
            #expect(try await store.storage.fetchNeed(.match, id) == .justMissing(reason: "404"))
            #expect(try await store.storage.fetchNeed(.timeline, id) == .request(keyIsRefused: false))
            try await pass(hours: 2, in: store)  // due again
            #expect(try await store.storage.fetchNeed(.match, id) == .request(keyIsRefused: false))
            try await mark(store)
            _ = try await store.listed([Self.missing])
            _ = try await store.pool.query("UPDATE sync_item SET match_state = 'open', timeline_state = 'open'")
            #expect(try await store.storage.fetchNeed(.match, id) == .request(keyIsRefused: false))
        }
    }

    @Test func jobsThatAskTogetherGetEachItsOwnAnswer() async throws {
        try await withStore { store in
            let ids = try (1...200).map { try MatchID("NA1_\($0)") }
            for id in ids.prefix(3) { try await store.storage.storeMatch(.match(id.text, players: 2), as: id.text) }
            for id in ids[3..<6] { try await store.storage.markUnavailable(.match, id, reason: "missing \(id)") }
            let answers = try await withThrowingTaskGroup(of: (FetchKind, Int, FetchNeed).self) { group in
                for (place, id) in ids.enumerated() {
                    for kind in FetchKind.allCases {
                        group.addTask { (kind, place, try await store.storage.fetchNeed(kind, id)) }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 400)
            for (kind, place, need) in answers {
                let expected: FetchNeed =
                    switch (kind, place) {
                    case (.match, 0..<3): .held
                    case (.match, 3..<6): .justMissing(reason: "missing \(ids[place])")
                    default: .request(keyIsRefused: false)
                    }
                #expect(need == expected, "\(kind) \(ids[place])")
            }
        }
    }

    @Test func aQuestionThatFailsIsToldToWhoAskedAndTheNextOneIsAnswered() async throws {
        try await withStore { store in
            _ = try await store.pool.query("ALTER TABLE match_key RENAME TO elsewhere")
            await #expect(throws: PostgresError.self) {
                try await store.storage.fetchNeed(.match, MatchID(Self.missing))
            }
            _ = try await store.pool.query("ALTER TABLE elsewhere RENAME TO match_key")
            let need = try await store.storage.fetchNeed(.match, MatchID(Self.missing))
            #expect(need == .request(keyIsRefused: false))
        }
    }
}
