import Postgres
import RiotModels
import Testing

@testable import Storage

/// Dead letters: what is one, which are meant, and what becomes of them.
@Suite(.timeLimit(.minutes(2))) struct DeadLetterTests {
    private static let match = "NA1_5000000100"

    private func filter(
        _ kind: DeadLetterKind? = nil,
        _ change: (inout DeadLetterFilter) -> Void = { _ in }
    ) -> DeadLetterFilter {
        var filter = DeadLetterFilter()
        filter.kind = kind
        change(&filter)
        return filter
    }

    private func fail(_ store: TaskStore, _ kind: FetchKind, _ id: String, _ reason: String = "no answer") async throws
    {
        try await store.storage.markFailed(kind, try MatchID(id), reason: reason)
    }

    private func letters(_ store: TaskStore, _ filter: DeadLetterFilter = DeadLetterFilter()) async throws -> [String] {
        try await store.storage.deadLetters(filter, limit: 100).letters.map { "\($0.kind.rawValue):\($0.subject)" }
    }

    /// A task that ended because its player could not be had.
    private func failedTask(
        _ store: TaskStore,
        _ name: String = "Some One",
        problem: String = "riot-unavailable"
    ) async throws -> TaskID {
        let id = try await store.start(name).task.id
        try await store.storage.taskDidStart(id)
        try await store.storage.taskDidFail(
            id,
            error: "Riot's API did not give \(name)#NA1 after 5 attempts: 503.",
            problemType: problem,
            retryable: true
        )
        return id
    }

    // MARK: Which

    @Test func aFilterMeansWhatItSays() async throws {
        try await TaskStore.run { store in
            for id in ["NA1_1", "BR1_2", "KR_3"] { try await fail(store, .match, id, "no answer after \(id.count) s") }
            try await fail(store, .timeline, "NA1_1", "refused")
            try await store.storage.markUnavailable(.match, try MatchID("NA1_9"), reason: "404")
            let task = try await failedTask(store)

            #expect(
                try await Set(letters(store)) == [
                    "match:NA1_1", "match:BR1_2", "match:KR_3", "timeline:NA1_1", "player:\(task)",
                ]
            )
            #expect(try await letters(store, filter(.timeline)) == ["timeline:NA1_1"])
            #expect(try await letters(store, filter(.player)) == ["player:\(task)"])
            let americas = Platform.allCases.filter { $0.matchRoute == .americas }
            #expect(
                try await Set(letters(store, filter(.match) { $0.platforms = americas })) == [
                    "match:NA1_1", "match:BR1_2",
                ]
            )
            #expect(try await letters(store, filter { $0.platforms = [.kr] }) == ["match:KR_3"])
            #expect(try await letters(store, filter { $0.platforms = [] }) == [])
            let all = try await store.storage.deadLetters(filter(.match), limit: 10).letters
            let cause = try #require(all.first { $0.subject == "KR_3" }).fingerprint
            let same = filter { $0.fingerprint = String(cause.prefix(7)) }
            #expect(Set(try await letters(store, same)).isSuperset(of: ["match:KR_3"]))
            #expect(try await !letters(store, same).contains("timeline:NA1_1"))

            // What Riot says that it does not have is no failure, unless it is asked for.
            #expect(try await letters(store, filter { $0.includesMissing = true }).contains("match:NA1_9"))
            let named = filter(.match) { $0.subject = "NA1_9" }
            let missing = try await store.storage.deadLetters(named, limit: 1).letters.first
            #expect(missing?.status == 404 && missing?.nextTryAt != nil)
            let counts = try await store.storage.deadLetterCounts(DeadLetterFilter())
            #expect(counts == [.match: [.na1: 1, .br1: 1, .kr: 1], .timeline: [.na1: 1], .player: [.na1: 1]])
        }
    }

    @Test func pagesHoldEachLetterOnceAlsoThoseOfOneInstant() async throws {
        try await TaskStore.run { store in
            for number in 1...23 {
                try await fail(store, number % 3 == 0 ? .timeline : .match, "NA1_\(number)")
            }
            _ = try await store.pool.query(
                """
                UPDATE fetch_failure SET last_seen_at = '2026-01-01 00:00:00.123456+00'
                WHERE split_part(subject, '_', 2)::integer > 5
                """
            )
            _ = try await failedTask(store)
            var seen: [String] = []
            var cursor: DeadLetterCursor?
            repeat {
                let page = try await store.storage.deadLetters(DeadLetterFilter(), limit: 4, after: cursor)
                seen += page.letters.map { "\($0.kind.rawValue):\($0.subject)" }
                cursor = try page.next.map { try #require(DeadLetterCursor($0.text)) }
                #expect(page.letters.count == 4 || cursor == nil)
            } while cursor != nil
            #expect(seen.count == 24 && Set(seen).count == 24)
            #expect(try await seen == letters(store))
        }
    }

    @Test(arguments: ["", "x", "1.match", "1.match.", "a.match.NA1_1", "1.fin.x", "1.match.a b", "1.match.a.b"])
    func whatIsNoCursorIsRefused(text: String) {
        #expect(DeadLetterCursor(text) == nil)
    }

    @Test func failuresOfOneCauseAreOneGroup() async throws {
        try await TaskStore.run { store in
            for number in 1...4 { try await fail(store, .match, "NA1_\(number)", "no answer after \(number) s") }
            try await fail(store, .match, "NA1_1", "no answer after 9 s")
            try await fail(store, .timeline, "NA1_5", "refused")
            for name in ["One", "Two"] { _ = try await failedTask(store, name) }
            let groups = try await store.storage.deadLetterGroups(DeadLetterFilter(), limit: 10)
            #expect(groups.map(\.count).sorted() == [1, 2, 4])
            let answers = try #require(groups.first { $0.kind == .match })
            #expect(answers.count == 4 && answers.asked == 0 && answers.status == nil)
            #expect(answers.reason == "no answer after 9 s" && answers.firstSeenAt <= answers.lastSeenAt)
            #expect(groups.first { $0.kind == .player }?.count == 2)
            _ = try await store.storage.askForRetry(filter(.match), limit: 3)
            let after = try await store.storage.deadLetterGroups(filter(.match), limit: 10)
            #expect(after.map(\.asked) == [3])
        }
    }

    @Test func theTasksThatCountALetterAsFailedAreNamed() async throws {
        try await TaskStore.run { store in
            let first = try await store.listed([Self.match, "NA1_7"])
            let second = try await store.listed([Self.match], name: "Other", puuid: testPuuid(2))
            _ = try await store.listed(["NA1_7"], name: "Third", puuid: testPuuid(3))
            try await fail(store, .match, Self.match)
            let letter = try await store.storage.deadLetters(filter(.match), limit: 1).letters.first
            #expect(letter?.taskCount == 2 && letter?.attempts == 1 && letter?.reason == "no answer")
            let tasks = try await store.storage.deadLetterTasks(.match, Self.match)
            #expect(Set(tasks.map(\.id)) == [first, second])
            #expect(Set(tasks.map(\.summoner)) == ["Some One#NA1", "Other#NA1"])
            #expect(try await store.storage.deadLetterTasks(.timeline, Self.match).isEmpty)
            try await store.storage.markUnavailable(.match, try MatchID("NA1_7"), reason: "404")
            #expect(try await store.storage.deadLetterTasks(.match, "NA1_7").count == 2)
            let failed = try await failedTask(store, "Fourth")
            #expect(try await store.storage.deadLetterTasks(.player, failed.text).map(\.id) == [failed])
        }
    }

    // MARK: Trying again

    @Test func aRetryIsAskedForOnceAndGoesWithTheFailure() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed([Self.match])
            try await fail(store, .match, Self.match)
            #expect(try await store.storage.completeTaskIfSettled(task))
            let told = try await store.counts(task)
            #expect(told.failed == 1)

            let wanted = OpenItems(matches: [try MatchID(Self.match)])
            for _ in 0..<2 {
                let asked = try await store.storage.askForRetry(filter(.match), limit: 10)
                #expect(asked == AskedRetries(items: wanted, held: 0, left: 0))
                #expect(try await store.storage.askedRetries(limit: 10) == wanted)
            }
            try await store.storage.storeMatch(.match(Self.match, players: 2), as: Self.match)
            #expect(try await letters(store).isEmpty)
            #expect(try await store.storage.askedRetries(limit: 10).isEmpty)
            #expect(try await store.counts(task) == told)
        }
    }

    @Test func aTryThatFailsAgainIsALetterThatNobodyAskedFor() async throws {
        try await TaskStore.run { store in
            try await fail(store, .match, Self.match, "first")
            _ = try await store.storage.askForRetry(filter(.match), limit: 10)
            try await fail(store, .match, Self.match, "second")
            #expect(try await store.storage.askedRetries(limit: 10).isEmpty)
            let letter = try await store.storage.deadLetters(filter(.match), limit: 1).letters.first
            #expect(letter?.attempts == 2 && letter?.retryAskedAt == nil && letter?.nextTryAt == nil)
        }
    }

    @Test func aCallIsBoundedAndTheNextOneGoesOn() async throws {
        try await TaskStore.run { store in
            for number in 1...7 { try await fail(store, .match, "NA1_\(number)") }
            var asked: Set<MatchID> = []
            for (taken, left) in [(3, 4), (3, 1), (3, 0)] {
                let call = try await store.storage.askForRetry(filter(.match), limit: 3)
                #expect(call.items.matches.count == taken && call.left == left)
                asked.formUnion(call.items.matches)
            }
            #expect(asked.count == 7)
        }
    }

    /// A worker can die between the commit of a match and its end, so that it is given up while its rows are there.
    @Test func aLetterOfWhatIsHeldIsForgottenWithoutARequest() async throws {
        try await TaskStore.run { store in
            try await store.storage.storeMatch(.match(Self.match, players: 2), as: Self.match)
            try await fail(store, .match, Self.match, "its worker was lost too often")
            try await fail(store, .timeline, Self.match)
            let asked = try await store.storage.askForRetry(DeadLetterFilter(), limit: 10)
            #expect(asked == AskedRetries(items: OpenItems(timelines: [try MatchID(Self.match)]), held: 1, left: 0))
            #expect(try await letters(store) == ["timeline:\(Self.match)"])
        }
    }

    @Test func whatRiotJustDidNotHaveIsAskedForWhenAnOperatorWantsIt() async throws {
        try await TaskStore.run { store in
            let id = try MatchID(Self.match)
            for kind in FetchKind.allCases {
                try await store.storage.markUnavailable(kind, id, reason: "404")
                #expect(try await store.storage.fetchNeed(kind, id) == .justMissing(reason: "404"))
                let one = filter(DeadLetterKind(rawValue: kind.rawValue)) { $0.subject = Self.match }
                #expect(try await !store.storage.askForRetry(one, limit: 1).items.isEmpty)
                #expect(try await store.storage.fetchNeed(kind, id) == .request(keyIsRefused: false))
                try await store.storage.markUnavailable(kind, id, reason: "404")
                #expect(try await store.storage.fetchNeed(kind, id) == .justMissing(reason: "404"))
            }
        }
    }

    /// The task that wanted both has ended with the match among the failed ones, so nobody else asks for the timeline.
    @Test func theTimelineOfAMatchThatCameByARetryIsDue() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed([Self.match], puuid: testPuuid(1))
            try await fail(store, .match, Self.match)
            #expect(try await store.storage.completeTaskIfSettled(task))
            #expect(try await store.storage.dueRetries().isEmpty)
            _ = try await store.storage.askForRetry(filter(.match), limit: 10)
            try await store.storage.storeMatch(.match(Self.match, players: 2), as: Self.match)
            #expect(try await store.storage.dueRetries() == OpenItems(timelines: [try MatchID(Self.match)]))
            try await store.storage.storeTimeline(.timeline(Self.match), as: Self.match)
            #expect(try await store.storage.dueRetries().isEmpty)
        }
    }

    // MARK: Forgetting

    @Test func whatIsDroppedIsGoneAndTasksKeepTheirCounts() async throws {
        try await TaskStore.run { store in
            let task = try await store.listed([Self.match, "NA1_2", "NA1_3"])
            for id in [Self.match, "NA1_2", "NA1_3"] { try await fail(store, .match, id) }
            try await fail(store, .timeline, "KR_4")
            let told = try await store.counts(task)
            #expect(try await store.storage.dropDeadLetters(filter(.match), limit: 2).matches.count == 2)
            #expect(try await store.storage.dropDeadLetters(filter(.match), limit: 2).matches.count == 1)
            #expect(try await store.storage.dropDeadLetters(filter(.match), limit: 2).isEmpty)
            #expect(try await letters(store) == ["timeline:KR_4"])
            #expect(try await store.counts(task) == told && told.failed == 3)
        }
    }

    // MARK: Syncs

    @Test func aFailedSyncIsALetterUntilItIsFollowedClosedOrNobodysFault() async throws {
        try await TaskStore.run { store in
            let followed = try await failedTask(store, "One")
            let closed = try await failedTask(store, "Two")
            let other = try await failedTask(store, "Three")
            _ = try await failedTask(store, "Four", problem: "unknown-player")
            #expect(
                try await Set(letters(store)) == Set([followed, closed, other].map { "player:\($0)" })
            )
            let page = try await store.storage.deadTasks(DeadLetterFilter(), limit: 2)
            #expect(page.count == 2)
            #expect(try await store.storage.deadTasks(filter(.match), limit: 9).isEmpty)
            #expect(try await store.storage.closeDeadTask(closed))
            #expect(try await !store.storage.closeDeadTask(closed))
            #expect(try await store.storage.task(closed)?.state == .failure)
            _ = try await store.start("One")
            #expect(try await letters(store) == ["player:\(other)"])
            // Its year is another, so it does not follow.
            _ = try await store.start("Three", year: 2024)
            #expect(try await letters(store) == ["player:\(other)"])
        }
    }

    // MARK: Pauses

    @Test func pausesAreKeptUntilTheyAreResumed() async throws {
        try await TaskStore.run { store in
            let match = QueuePlace(kind: "match", lane: "americas")
            let timeline = QueuePlace(kind: "timeline", lane: "sea")
            #expect(try await store.storage.pauseQueue([match, timeline]) == 2)
            #expect(try await store.storage.pauseQueue([match]) == 0)
            let since = try #require(try await store.storage.queuePauses()[match])
            #expect(since > 1_700_000_000_000)
            #expect(try await store.storage.resumeQueue([match, QueuePlace(kind: "player", lane: "sea")]) == 1)
            try await store.storage.withSettledPauses { #expect($0 == [timeline]) }
        }
    }

    @Test func pausesComeIntoForceWhileACleanupRuns() async throws {
        try await TaskStore.run { store in
            try await store.pool.withConnection { cleanup in
                _ = try await cleanup.query("SELECT pg_advisory_lock($1)", [.int(CleanupRun.lockKey)])
                try await store.storage.withSettledPauses { #expect($0.isEmpty) }
                _ = try await cleanup.query("SELECT pg_advisory_unlock($1)", [.int(CleanupRun.lockKey)])
            }
        }
    }

    /// Whoever copies the pauses elsewhere must not bring an older state after a newer one.
    @Test func onlyOneCopiesThePausesAtATime() async throws {
        try await TaskStore.run { store in
            let place = QueuePlace(kind: "match", lane: "americas")
            let copy = PauseCopy()
            try await withThrowingTaskGroup { group in
                for turn in 0..<12 {
                    group.addTask {
                        _ =
                            try await turn.isMultiple(of: 2)
                            ? store.storage.pauseQueue([place]) : store.storage.resumeQueue([place])
                        try await store.storage.withSettledPauses { await copy.write($0) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(await copy.wasAlone)
            #expect(try await copy.places == Set(store.storage.queuePauses().keys))
        }
    }
}

/// Where the pauses are copied to.
private actor PauseCopy {
    private(set) var places: Set<QueuePlace> = []
    private(set) var wasAlone = true
    private var writers = 0

    func write(_ places: Set<QueuePlace>) async {
        writers += 1
        if writers > 1 { wasAlone = false }
        for _ in 0..<20 { await Task.yield() }
        self.places = places
        writers -= 1
    }
}
