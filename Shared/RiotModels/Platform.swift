/// A server that players have their profile on; lower case in host names, upper case in match ids.
///
/// The list is Riot's `routesTable.json` of April 2026, together with the two platforms that ended on 2025-01-08 and
/// live on in the ids of old matches.
public enum Platform: String, CaseIterable, Codable, Sendable {
    case br1, eun1, euw1, jp1, kr, la1, la2, me1, na1, oc1, pbe1, ph2, ru, sg2, th2, tr1, tw2, vn2

    /// The platforms that a request may name, in alphabetical order.
    public static let requestable = allCases.filter { !$0.isRetired }

    /// The platform whose games have ids that start with `matchIDPrefix`, `NA1` of `NA1_5012345678`.
    public init?(matchIDPrefix: some StringProtocol) {
        guard let platform = Self.allCases.first(where: { $0.matchIDPrefix == matchIDPrefix }) else { return nil }
        self = platform
    }

    /// The platform that a host label names, or one of the region that it names; for questions that any of them answers.
    public static func nearest(to route: String) -> Platform {
        Platform(rawValue: route) ?? requestable.first { $0.matchRoute.rawValue == route && $0 != .pbe1 } ?? .na1
    }

    /// The first part of the ids of its games.
    public var matchIDPrefix: String { rawValue.uppercased() }

    /// Merged into `sg2`: no player has a profile there any more, but ids of its games still occur in lists.
    public var isRetired: Bool { self == .ph2 || self == .th2 }

    /// Where match-v5 keeps its games.
    ///
    /// Oceania belongs to `sea`: `americas`, which older texts name, answers with an empty list and no error.
    public var matchRoute: RegionalRoute {
        switch self {
        case .br1, .la1, .la2, .na1, .pbe1: .americas
        case .eun1, .euw1, .me1, .ru, .tr1: .europe
        case .jp1, .kr: .asia
        case .oc1, .ph2, .sg2, .th2, .tw2, .vn2: .sea
        }
    }

    /// Where account-v1 is asked for its players: the nearest of the three that have it.
    public var accountRoute: RegionalRoute { matchRoute == .sea ? .asia : matchRoute }
}
