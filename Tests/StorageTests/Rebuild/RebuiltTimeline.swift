import Postgres
import RiotModels
import Testing

@testable import Storage

/// A timeline body as the rows of the tables give it back; `raw_body` is not read.
struct RebuiltTimeline {
    private let timeline: JSONTree
    private let frameRows: [JSONTree]
    private let eventRows: [JSONTree]
    private let damageRows: [JSONTree]

    static func body(_ id: MatchID, in storage: Storage) async throws -> JSONTree {
        try await RebuiltTimeline(id, storage).body
    }

    private init(_ id: MatchID, _ storage: Storage) async throws {
        timeline = try #require(try await storage.trees(Self.timelineQuery, id).first, "\(id) has no row")
        frameRows = try await storage.trees(Self.query("timeline_frames"), id)
        eventRows = try await storage.trees(Self.query("timeline_events"), id)
        damageRows = try await storage.trees(Self.query("timeline_kill_damage"), id)
    }

    private static let timelineQuery: SQL = """
        SELECT (to_jsonb(t) || jsonb_build_object(
                'riot_id', k.riot_id,
                'listed', (
                    SELECT coalesce(jsonb_agg(coalesce(s.puuid, 'BOT') ORDER BY l.place), '[]')
                    FROM unnest(t.summoner_ids) WITH ORDINALITY AS l (id, place) LEFT JOIN summoner s ON s.id = l.id),
                'participants', CASE WHEN t.participant_ids IS NOT NULL THEN (
                    SELECT coalesce(jsonb_agg(
                        jsonb_build_object('participantId', l.number, 'puuid', coalesce(s.puuid, 'BOT')) ORDER BY l.place
                    ), '[]')
                    FROM unnest(t.participant_ids, t.participant_summoner_ids) WITH ORDINALITY AS l (number, id, place)
                    LEFT JOIN summoner s ON s.id = l.id) END
            ))::text AS tree
        FROM timeline t JOIN match_key k ON k.id = t.match_id WHERE k.riot_id = $1
        """

    private static func query(_ table: String) -> SQL {
        SQL(
            trusted: """
                SELECT to_jsonb(r)::text AS tree FROM match_key k JOIN \(table) r ON r.match_id = k.id
                WHERE k.riot_id = $1
                """
        )
    }

    private var body: JSONTree {
        // Riot's frames are a list; what does not fit stands beside it under the frames' numbers.
        var extra = timeline["extra"]?.present ?? .object([:])
        let frameExtra = extra["info"]?["frames"]
        if case .object(var outer) = extra, case .object(var info)? = outer["info"], case .object? = frameExtra {
            info["frames"] = nil
            outer["info"] = .object(info)
            extra = .object(outer)
        }
        var info: [String: JSONTree] = ["frames": .array(frames(frameExtra))]
        info["participants"] = timeline["participants"]?.present
        return JSONTree.object([
            "metadata": .metadata(timeline),
            "info": JSONTree.object(info).merging(FieldMap.timelineInfo.object { timeline[$0] }),
        ]).merging(extra)
    }

    // MARK: Frames

    private func frames(_ extra: JSONTree?) -> [JSONTree] {
        let times = timeline["frame_timestamp_ms"]?.elements ?? []
        let firstEvents = timeline["frame_first_event"]?.elements?.compactMap(\.int) ?? []
        var events = [[JSONTree]](repeating: [], count: times.count)
        for (ordinal, event) in self.events.sorted(by: { $0.key < $1.key }) {
            guard let frame = firstEvents.lastIndex(where: { $0 <= ordinal }) else { continue }
            events[frame].append(event)
        }
        return times.enumerated().map { index, time in
            var members: [String: JSONTree] = ["events": .array(events[index])]
            members["timestamp"] = time.present
            let participants = participantFrames(index)
            if !participants.isEmpty { members["participantFrames"] = .object(participants) }
            return JSONTree.object(members).merging(extra?[String(index)])
        }
    }

    private func participantFrames(_ index: Int) -> [String: JSONTree] {
        var frames: [String: JSONTree] = [:]
        for row in frameRows {
            if case .bool(false)? = row["frame_present"]?.elements?[index] { continue }
            func figure(_ column: String) -> JSONTree? {
                guard let column = row[column] else { return nil }
                return column.elements.map { $0[index] } ?? .number("0")  // null: 0 in every frame
            }
            guard let number = row["participant_id"]?.int else { continue }
            var members: [String: JSONTree] = ["participantId": .number(String(number))]
            members["position"] = FieldMap.position.object(figure)
            members["championStats"] = FieldMap.championStats.object(figure)
            members["damageStats"] = FieldMap.damageStats.object(figure)
            frames[String(number)] = JSONTree.object(members).merging(FieldMap.frame.object(figure))
                .merging(row["extra"]?[String(index)])
        }
        return frames
    }

    // MARK: Events

    private var events: [Int: JSONTree] {
        let damage = self.damage
        var events: [Int: JSONTree] = [:]
        for row in eventRows {
            for (place, ordinal) in (row["ordinal"]?.elements ?? []).enumerated() {
                guard let ordinal = ordinal.int else { continue }
                func field(_ column: String) -> JSONTree? { row[column]?.elements?[place].present }
                var members: [String: JSONTree] = [:]
                if let type = row["type"]?.string, !type.isEmpty { members["type"] = .text(type) }
                members["position"] = FieldMap.position.object(field)
                if let count = field("assist_count")?.int, let end = field("assist_end")?.int {
                    members["assistingParticipantIds"] = .array(
                        Array((row["assist_id"]?.elements ?? [])[(end - count)..<end])
                    )
                }
                for list in FieldMap.damageLists {
                    guard let count = field(list.count)?.int else { continue }
                    let entries = damage[list.list]?[ordinal] ?? []
                    members[list.field] = .array(Array(entries.prefix(count)))
                }
                events[ordinal] = JSONTree.object(members).merging(FieldMap.event.object(field))
                    .merging(row["extra"]?[String(ordinal)])
            }
        }
        return events
    }

    /// Entries by list and by the ordinal of the event.
    private var damage: [String: [Int: [JSONTree]]] {
        var lists: [String: [Int: [JSONTree]]] = [:]
        for row in damageRows {
            guard let list = row["list"]?.string else { continue }
            for (place, ordinal) in (row["kill_ordinal"]?.elements ?? []).enumerated() {
                guard let ordinal = ordinal.int else { continue }
                let entry = FieldMap.damage.object { row[$0]?.elements?[place] } ?? .object([:])
                lists[list, default: [:]][ordinal, default: []].append(
                    entry.merging(row["extra"]?[String(place + 1)])
                )
            }
        }
        return lists
    }
}
