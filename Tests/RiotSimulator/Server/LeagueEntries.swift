/// A player's ranks, drawn from his identity.
struct LeagueEntries {
    private static let tiers = ["IRON", "BRONZE", "SILVER", "GOLD", "PLATINUM", "EMERALD", "DIAMOND"]
    private static let ranks = ["IV", "III", "II", "I"]

    let puuid: String
    let profile: SimulatedProfile

    func write(to json: inout JSONBuffer) {
        var random = SeededRandom(seed: stableHash(puuid), stableHash("league"))
        // One in eight is unranked and has no entries at all.
        guard !random.chance(0.125) else { return }
        write("RANKED_SOLO_5x5", isRanked: true, random: &random, to: &json)
        if random.chance(0.6) { write("RANKED_FLEX_SR", isRanked: true, random: &random, to: &json) }
        // Some queues have entries without a tier.
        if random.chance(0.3) { write("CHERRY", isRanked: false, random: &random, to: &json) }
    }

    private func write(_ queue: String, isRanked: Bool, random: inout SeededRandom, to json: inout JSONBuffer) {
        json.beginObject()
        if isRanked {
            json.member("leagueId", random.token(length: 36))
            json.member("tier", random.pick(Self.tiers))
            json.member("rank", random.pick(Self.ranks))
        }
        json.member("queueType", queue)
        json.member("puuid", puuid)
        json.member("leaguePoints", isRanked ? random.int(0, 99) : 0)
        json.member("wins", random.int(5, 260))
        json.member("losses", random.int(5, 260))
        json.member("veteran", profile.level > 400)
        json.member("inactive", false)
        json.member("freshBlood", random.chance(0.1))
        json.member("hotStreak", random.chance(0.1))
        json.endObject()
    }
}
