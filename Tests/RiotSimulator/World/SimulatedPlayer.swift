import RiotModels

/// Somebody who plays in the simulated world.
struct SimulatedPlayer: Sendable {
    let riotID: RiotID
    let platform: Platform
    let puuid: String
    let summonerID: String
    let profileIcon: Int
    let level: Int
    /// How well he plays, around 1.
    let skill: Double

    init(riotID: RiotID, platform: Platform, seed: UInt64) {
        var random = SeededRandom(seed: seed, stableHash(riotID.foldedKey), stableHash(platform.rawValue))
        self.riotID = riotID
        self.platform = platform
        puuid = random.token(length: 78)
        summonerID = random.token(length: random.int(44, 60))
        profileIcon = random.int(1, 6800)
        level = random.int(31, 900)
        skill = random.double(0.8, 1.25)
    }
}

/// Names for the players whom nobody asked for, in several scripts because real ones are.
enum PlayerNames {
    private static let first = [
        "Amber", "Brisk", "Copper", "Dusty", "Eager", "Feral", "Gentle", "Hollow", "Ivory", "Jolly", "Keen", "Lunar",
        "Misty", "Nimble", "Opal", "Pale", "Quiet", "Rusty", "Solar", "Tidal", "Umber", "Vivid", "Woolly", "Zesty",
    ]
    private static let second = [
        "Anchor", "Badger", "Cinder", "Drake", "Ember", "Falcon", "Glacier", "Heron", "Inkwell", "Jackal", "Kestrel",
        "Lantern", "Marmot", "Nettle", "Otter", "Pebble", "Quill", "Raven", "Sparrow", "Thistle", "Urchin", "Willow",
    ]
    private static let elsewhere = [
        "a/b?c=50%", "R&D + QA", "山川の旅人", "雪月花", "夜明けの猫", "푸른고래", "달빛그림자", "北风与海", "小小的石头", "Тихий Лес", "Белая Рысь",
        "Größe Müller",
        "Île d'Été", "Żółta Łódź", "Ñandú Veloz", "Ψυχή Νύχτα", "نجم الليل", "ต้นไม้ใหญ่", "Đêm Trăng", "e\u{301}toile",
    ]
    private static let tags = ["喵喵喵", "한국1", "ÄÖÜ", "лес", "777", "GG", "0001", "zzz", "夜"]

    /// The name number `index` of a platform; different for each index.
    static func make(_ index: Int, platform: Platform, random: inout SeededRandom) throws(RiotModelError) -> RiotID {
        let name: String
        if index % 4 == 3 {
            name = "\(elsewhere[index / 4 % elsewhere.count]) \(index)"
        } else {
            let gap = random.chance(0.5) ? " " : ""
            name = "\(random.pick(first))\(gap)\(random.pick(second))\(index)"
        }
        let tag = index % 5 == 4 ? random.pick(tags) : platform.matchIDPrefix
        return try RiotID(gameName: name, tagLine: tag)
    }
}
