import RiotModels

/// A body that was understood, whichever kind it is of.
enum DecodedBody: Sendable {
    case match(DecodedMatch)
    case timeline(DecodedTimeline)

    init(_ body: Body) throws(BodyRejection) {
        switch body.kind {
        case .match: self = .match(try MatchDecoder.decode(body))
        case .timeline: self = .timeline(try TimelineDecoder.decode(body))
        }
    }

    /// Names that have no column, as paths.
    var novelties: Set<String> {
        switch self {
        case .match(let match): match.novelties
        case .timeline(let timeline): timeline.novelties
        }
    }
}
