import Compression
import Postgres
import RiotModels
import RiotSimulator
import Testing

@testable import Storage

/// Nothing is lost: the whole body can be made again from the rows alone.
@Suite(.timeLimit(.minutes(5)), .serialized)
struct RebuildTests {
    /// A body, and what its rows give back.
    struct Outcome {
        let values: Int
        let differences: [JSONTree.Difference]
    }

    /// Stores a body and compares what its rows give back with the body as another reader reads it.
    static func rebuild(
        _ kind: FetchKind,
        _ id: MatchID,
        body: [UInt8],
        isGzip: Bool,
        in storage: Storage
    ) async throws -> Outcome {
        switch kind {
        case .match:
            let stored = try await storage.storeMatch(id, body: body, isGzip: isGzip, receivedAt: Storage.testTime)
            #expect(stored.outcome == .stored)
        case .timeline:
            let stored = try await storage.storeTimeline(id, body: body, isGzip: isGzip, receivedAt: Storage.testTime)
            #expect(stored.outcome == .stored)
        }
        let raw = try #require(try await storage.rawBody(id, kind))
        #expect(raw.bytes == body)
        let text = isGzip ? try Gzip.inflate(body, limit: StorageLimits.bodyBytes) : body
        return try await compare(kind, id, with: try JSONTree(parsing: text), in: storage)
    }

    static func compare(
        _ kind: FetchKind,
        _ id: MatchID,
        with expected: JSONTree,
        in storage: Storage
    ) async throws -> Outcome {
        let found =
            switch kind {
            case .match: try await RebuiltMatch.body(id, in: storage)
            case .timeline: try await RebuiltTimeline.body(id, in: storage)
            }
        return Outcome(values: expected.valueCount, differences: expected.differences(from: found))
    }

    // MARK: Recorded bodies

    /// What the rows of recorded bodies cannot give back, as `kind: path with # for numbers`, and why.
    static let unrecoverable: [String: String] = [:]

    /// What has no column or does not fit it in the recorded bodies, and why.
    static let expectedExtras: [String: String] = [
        #"match {"info": {"teams": [], "gameCreation": 0, "gameStartTimestamp": 0}}"#:
            "the aborted game, which has no teams and no times but that of its end",
        #"timeline {"info": {"frames": {"0": {"participantFrames": null}}}}"#:
            "the aborted game, which nobody played",
    ]

    @Test(.enabled(if: Samples.folder != nil, "recorded bodies are not here: set RIFTSYNC_SAMPLES"))
    func everyRecordedBodyCanBeRebuiltFromItsRows() async throws {
        let samples = try Samples()
        try await withStorage { storage in
            var lost: [String: Int] = [:]
            var values = 0
            for sample in samples.all {
                let outcome = try await Self.rebuild(
                    sample.kind,
                    sample.id,
                    body: sample.bytes,
                    isGzip: true,
                    in: storage
                )
                values += outcome.values
                for difference in outcome.differences {
                    let name = "\(sample.kind.rawValue): \(difference.pattern)"
                    lost[name, default: 0] += 1
                    #expect(Self.unrecoverable[name] != nil, "\(sample.id) \(difference)")
                }
            }
            print("rebuilt from rows: \(samples.all.count) recorded bodies, \(values) values, not rebuilt: \(lost)")
            #expect(Set(lost.keys) == Set(Self.unrecoverable.keys))
            #expect(values > 800_000)
            #expect(try await Self.extras(in: storage) == Self.expectedExtras.keys.sorted())
        }
    }

    /// Everything in an `extra` column, with the kind of row.
    static func extras(in storage: Storage) async throws -> [String] {
        let rows = try await storage.pool.query(
            """
            SELECT place || ' ' || extra::text AS extra FROM (
                SELECT 'match' AS place, extra FROM match
                UNION ALL SELECT 'participant', extra FROM match_participant
                UNION ALL SELECT 'team', extra FROM match_team
                UNION ALL SELECT 'timeline', extra FROM timeline
                UNION ALL SELECT 'frames', extra FROM timeline_frames
                UNION ALL SELECT 'events', extra FROM timeline_events
                UNION ALL SELECT 'damage', extra FROM timeline_kill_damage
            ) AS e WHERE extra IS NOT NULL
            """
        )
        return try rows.map { try $0.string("extra") }.sorted()
    }

    // MARK: Generated bodies

    @Test func whatTheSimulatorMakesCanBeRebuiltFromItsRows() async throws {
        var options = WorldOptions()
        options.unusualShare = 0.3
        let riotID = try RiotID(gameName: "Rebuild", tagLine: "NA1")
        options.named = [.init(riotID, platform: .na1, matches: [2024: 30])]
        let world = try SimulatorWorld(options)
        let player = try #require(world.account(named: riotID))
        let games = world.games(puuid: player.puuid, route: .americas)
        #expect(games.count == 30)
        try await withStorage { storage in
            var values = 0
            for game in games {
                for (kind, body) in [(FetchKind.match, world.match(game.id)), (.timeline, world.timeline(game.id))] {
                    guard case .plain(let bytes)? = body else { continue }
                    let outcome = try await Self.rebuild(kind, game.id, body: bytes, isGzip: false, in: storage)
                    #expect(outcome.differences == [], "\(kind) \(game.id)")
                    values += outcome.values
                }
            }
            print("rebuilt from rows: \(games.count) generated matches with timelines, \(values) values")
            #expect(values > 200_000)
        }
    }

    @Test func aBodyWithEveryFieldCanBeRebuiltFromItsRows() async throws {
        try await withStorage { storage in
            for (kind, body) in [(FetchKind.match, TestBody.match()), (.timeline, .timeline())] {
                let outcome = try await Self.rebuild(
                    kind,
                    try MatchID(MatchDecoderTests.id),
                    body: body.bytes,
                    isGzip: false,
                    in: storage
                )
                #expect(outcome.differences == [])
            }
            #expect(try await Self.extras(in: storage) == [])
        }
    }

    // MARK: A patch to come

    /// The body with one more member in every object, a name that no decoder knows.
    static func future(_ body: TestBody) -> TestBody {
        switch body {
        case .raw: body
        case .array(let elements): .array(elements.map(future))
        case .object(let members):
            .object(
                members.map { ($0.name, future($0.value)) } + [
                    ("futureMember", .members(["figure": .raw("12.5"), "list": .array([1, "two", .raw("null")])]))
                ]
            )
        }
    }

    @Test func aPatchToComeIsKeptWholeAndReportedOnce() async throws {
        var match = Self.future(.match())
        match["info.teams.0.objectives.moonDragon"] = .members(["first": true, "kills": 2])
        match["info.teams.0.feats.FIRST_MOON"] = .members(["featState": 3])
        var timeline = Self.future(.timeline())
        timeline["info.frames.1.events.4"] = .members([
            "type": "DRAGON_DANCE", "timestamp": 70_000, "tempo": 3, "position": .members(["x": 1, "y": 2, "z": 3]),
            "dancers": .array([.members(["participantId": 1])]),
        ])
        let log = RecordingLog()
        try await withStorage(logger: log.logger) { [match, timeline] storage in
            for number in 1...2 {
                for (kind, body) in [(FetchKind.match, match), (.timeline, timeline)] {
                    let id = "NA1_500000000\(number)"
                    let outcome = try await Self.rebuild(
                        kind,
                        try MatchID(id),
                        body: body.changing("metadata.matchId", to: .raw("\"\(id)\"")).bytes,
                        isGzip: false,
                        in: storage
                    )
                    #expect(outcome.differences == [])
                }
            }
        }
        let reported = log.fields
        #expect(reported.sorted() == Self.futureNames.sorted(), "each once")
    }

    /// Every name of a patch to come, as it is reported.
    static let futureNames: [String] =
        [
            "", "metadata.", "info.", "info.participants.", "info.participants.perks.",
            "info.participants.perks.statPerks.", "info.participants.perks.styles.",
            "info.participants.perks.styles.selections.", "info.participants.PlayerBehavior.", "info.teams.",
            "info.teams.bans.", "info.teams.feats.", "info.teams.feats.EPIC_MONSTER_KILL.",
            "info.teams.feats.FIRST_BLOOD.", "info.teams.objectives.", "info.frames.", "info.frames.events.",
            "info.frames.events.position.", "info.frames.events.victimDamageReceived.",
            "info.frames.events.victimDamageDealt.", "info.frames.events.victimTeamfightDamageDealt.",
            "info.frames.participantFrames.", "info.frames.participantFrames.position.",
            "info.frames.participantFrames.championStats.", "info.frames.participantFrames.damageStats.",
        ].map { $0 + "futureMember" }
        + TeamColumns.objectiveNames.map { "info.teams.objectives.\($0).futureMember" }
        + [
            "info.teams.objectives.moonDragon", "info.teams.feats.FIRST_MOON", "event DRAGON_DANCE",
            "info.frames.events.tempo", "info.frames.events.dancers", "info.frames.events.position.z",
        ]
}
