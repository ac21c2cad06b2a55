/// Where things stand on the rift.
enum RiftMap {
    static let lanes: [StaticString] = ["TOP_LANE", "MID_LANE", "BOT_LANE"]
    static let dragonPit = MapPoint(x: 9866, y: 4414)
    static let baronPit = MapPoint(x: 5007, y: 10_471)
    /// Last place for a turret's four tiers.
    static let tiers: [StaticString] = ["OUTER_TURRET", "INNER_TURRET", "BASE_TURRET", "NEXUS_TURRET"]

    private static let turretsOf100: [[MapPoint]] = [
        [MapPoint(x: 981, y: 10_441), MapPoint(x: 1512, y: 6699), MapPoint(x: 1169, y: 4287)],
        [MapPoint(x: 5846, y: 6396), MapPoint(x: 5048, y: 4812), MapPoint(x: 3651, y: 3696)],
        [MapPoint(x: 10_504, y: 1029), MapPoint(x: 6919, y: 1483), MapPoint(x: 4281, y: 1253)],
    ]
    private static let inhibitorsOf100 = [
        MapPoint(x: 1171, y: 3571), MapPoint(x: 3203, y: 3208), MapPoint(x: 3452, y: 1236),
    ]
    private static let nexusTurretsOf100 = [MapPoint(x: 1748, y: 2270), MapPoint(x: 2177, y: 1807)]

    static func turret(of teamID: Int, lane: Int, tier: Int) -> MapPoint {
        mirrored(tier == 3 ? nexusTurretsOf100[lane % 2] : turretsOf100[lane][tier], for: teamID)
    }

    static func inhibitor(of teamID: Int, lane: Int) -> MapPoint {
        mirrored(inhibitorsOf100[lane], for: teamID)
    }

    /// The middle of a team's fountain.
    static func fountain(of teamID: Int) -> MapPoint {
        mirrored(MapPoint(x: 560, y: 570), for: teamID)
    }

    /// Team 200's half is team 100's turned round.
    private static func mirrored(_ point: MapPoint, for teamID: Int) -> MapPoint {
        teamID == 100 ? point : MapPoint(x: 14_820 - point.x, y: 14_881 - point.y)
    }
}
