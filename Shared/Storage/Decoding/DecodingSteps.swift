import JSON
import Postgres
package import RiotModels

/// What is done with a body before a connection is needed, step by step, for the benchmark of decoding.
package struct DecodingSteps: Sendable {
    private let body: Body

    /// - Parameter text: what `bytes` inflate to; nil: inflating is part of each step.
    package init(_ kind: FetchKind, _ id: MatchID, bytes: [UInt8], isGzip: Bool, text: [UInt8]?) {
        body = Body(kind: kind, id: id, bytes: bytes, isGzip: isGzip, text: text)
    }

    /// Checks the whole text; returns how many members its root has.
    package func parse() throws(BodyRejection) -> Int { try body.read { root throws(BodyRejection) in root.count } }

    /// As `parse`, and fills the columns; returns how many kinds of rows there are.
    package func decode() throws(BodyRejection) -> Int {
        switch body.kind {
        case .match: try MatchDecoder.decode(body).participants.count
        case .timeline: try TimelineDecoder.decode(body).events.count
        }
    }

    /// As `decode`, and writes the rows as COPY sends them; returns how many bytes they have.
    package func write() throws(BodyRejection) -> Int {
        switch body.kind {
        case .match: Self.write(try MatchDecoder.decode(body))
        case .timeline: Self.write(try TimelineDecoder.decode(body))
        }
    }

    private static func write(_ match: DecodedMatch) -> Int {
        var participants = BinaryCopyWriter(capacity: 64 * 1024)
        for participant in match.participants {
            participants.beginRow(columns: ParticipantColumns.all.count + 1)
            participant.row.append(to: &participants)
            participants.append(jsonb: participant.extra.json)
        }
        let details = [match.challenges, match.missions].map { $0.json(participants: match.participants.count) }
        return participants.finish().count + details.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
    }

    private static func write(_ timeline: DecodedTimeline) -> Int {
        var frames = BinaryCopyWriter(capacity: 256 * 1024)
        timeline.frames.append(to: &frames, matchID: 1)
        var events = BinaryCopyWriter(capacity: 128 * 1024)
        timeline.appendEvents(to: &events, matchID: 1)
        var damage = BinaryCopyWriter(capacity: 128 * 1024)
        timeline.appendDamage(to: &damage, matchID: 1)
        return frames.finish().count + events.finish().count + damage.finish().count
    }
}
