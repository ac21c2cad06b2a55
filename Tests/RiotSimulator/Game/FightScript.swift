/// Who kills whom in a game, in time order.
struct FightScript {
    private static let multiKillWindow = 10_000
    private static let firstFightAt = 150_000

    let draft: Draft
    let kind: GameKind
    let endAt: Int
    /// The side that wins, which also wins most fights.
    let winner: Int
    private(set) var events: [GameEvent] = []
    private var random: SeededRandom
    private var deadUntil: [Int]
    private var streak: [Int]
    private var lastKill: [Int]
    private var multi: [Int]
    private var isFirstBloodDone = false

    init(draft: Draft, plan: GamePlan, endAt: Int, winner: Int, seed: UInt64) {
        self.draft = draft
        self.endAt = endAt
        self.winner = winner
        kind = plan.kind
        random = SeededRandom(seed: seed, stableHash("fights"))
        let count = draft.contestants.count
        deadUntil = Array(repeating: 0, count: count)
        streak = Array(repeating: 0, count: count)
        lastKill = Array(repeating: -100_000, count: count)
        multi = Array(repeating: 0, count: count)
        switch plan.kind {
        case .arena: playRounds()
        case .remake, .aborted: break
        default: playFights()
        }
    }

    // MARK: two teams

    private mutating func playFights() {
        let perMinute = kind == .aram ? 1.75 : 0.72
        let count = Int(Double(endAt) / 60_000 * perMinute)
        let times = (0..<count).map { _ in random.int(Self.firstFightAt, endAt - 20_000) }.sorted()
        for time in times {
            var now = time
            let strong = random.chance(0.62) ? winner : 1 - winner
            for _ in 0..<(1 + random.weighted([5, 3, 1.6, 0.7, 0.4])) {
                let side = random.chance(0.8) ? strong : 1 - strong
                guard let killer = living(side: side, at: now, likely: true),
                    let victim = living(side: 1 - side, at: now, likely: false)
                else { break }
                kill(victim, by: killer, at: now)
                now += random.int(700, 5200)
                if now > endAt - 2000 { break }
            }
        }
        if let victim = living(side: 1 - winner, at: endAt / 2, likely: false), random.chance(0.35) {
            execute(victim, at: endAt / 2)
        }
        events.sort { $0.timestamp < $1.timestamp }
    }

    private mutating func living(side: Int, at now: Int, likely: Bool) -> Int? {
        let members = draft.contestants.filter { $0.side == side && deadUntil[$0.index] <= now }
        guard !members.isEmpty else { return nil }
        let weights = members.map { member in
            let role = member.lane == .utility ? 0.3 : member.lane == .top ? 0.8 : 1
            return likely ? role * member.skill * member.skill : 2 - min(member.skill, 1.6)
        }
        return members[random.weighted(weights)].index
    }

    private func respawnTime(at now: Int) -> Int {
        kind == .aram ? 10_000 + now / 60 : 8000 + now / 45
    }

    // MARK: Arena

    private mutating func playRounds() {
        var health = Array(repeating: 4, count: 8)
        var now = 75_000
        while now < endAt - 40_000 {
            let alive = random.shuffled(health.indices.filter { health[$0] > 0 })
            guard alive.count > 1 else { break }
            for pair in stride(from: 0, to: alive.count - 1, by: 2) {
                let first = alive[pair]
                let second = alive[pair + 1]
                let isFirstBetter = first == winner || (second != winner && random.chance(0.5))
                let (winners, losers) = isFirstBetter ? (first, second) : (second, first)
                let time = now + random.int(12_000, 30_000)
                for (offset, victim) in [losers * 2, losers * 2 + 1].enumerated() {
                    kill(victim, by: winners * 2 + random.int(0, 1), at: time + offset * random.int(900, 4000))
                }
                health[losers] -= 1
            }
            now += random.int(62_000, 78_000)
        }
        events.sort { $0.timestamp < $1.timestamp }
    }

    // MARK: one death

    private mutating func execute(_ victim: Int, at now: Int) {
        let position = MapPoint(x: random.int(1200, 13_600), y: random.int(1200, 13_600))
        var damage = DamageLists(draft: draft, random: random)
        let received = damage.fromNeutrals(total: random.int(500, 1800))
        random = damage.random
        append(
            ChampionKill(
                killerID: 0,
                victimID: victim + 1,
                assistants: [],
                bounty: 0,
                shutdownBounty: 0,
                streak: 0,
                position: position,
                dealt: [],
                received: received,
                hasTeamfightLists: false
            ),
            at: now
        )
        streak[victim] = 0
        deadUntil[victim] = now + respawnTime(at: now)
    }

    private mutating func kill(_ victim: Int, by killer: Int, at now: Int) {
        let side = draft.contestants[killer].side
        let helpers = draft.contestants
            .filter { $0.side == side && $0.index != killer && deadUntil[$0.index] <= now }
            .filter { _ in random.chance(kind == .aram ? 0.62 : 0.42) }
            .map(\.index)
        let position = MapPoint(x: random.int(900, 13_900), y: random.int(900, 13_900))
        let power = 550 + now / 900
        var damage = DamageLists(draft: draft, random: random)
        let received = damage.received(by: victim, from: [killer] + helpers, total: power + damage.random.int(0, 900))
        let dealt = damage.dealt(by: victim, to: [killer] + helpers, total: power / 2)
        random = damage.random
        let bounty = isFirstBloodDone ? max(100, 300 - max(0, 3 - streak[victim]) * 8) : 400
        append(
            ChampionKill(
                killerID: killer + 1,
                victimID: victim + 1,
                assistants: helpers.map { $0 + 1 },
                bounty: bounty,
                shutdownBounty: streak[victim] >= 3 ? min(1000, 150 * (streak[victim] - 2)) : 0,
                streak: streak[killer],
                position: position,
                dealt: dealt,
                received: received,
                hasTeamfightLists: random.chance(0.03)
            ),
            at: now
        )
        countSpecial(killer, victim: victim, position: position, at: now)
    }

    private mutating func append(_ kill: ChampionKill, at now: Int) {
        events.append(GameEvent(timestamp: now, kind: .championKill(kill)))
    }

    /// Streaks, several kills in a row, the first blood and the ace.
    private mutating func countSpecial(_ killer: Int, victim: Int, position: MapPoint, at now: Int) {
        streak[killer] += 1
        streak[victim] = 0
        deadUntil[victim] = now + respawnTime(at: now)
        multi[killer] = now - lastKill[killer] <= Self.multiKillWindow ? min(multi[killer] + 1, 5) : 1
        lastKill[killer] = now
        if !isFirstBloodDone {
            isFirstBloodDone = true
            special("KILL_FIRST_BLOOD", killer, nil, position, now)
        }
        if multi[killer] > 1 { special("KILL_MULTI", killer, multi[killer], position, now) }
        let side = draft.contestants[victim].side
        if kind != .arena, !draft.contestants.contains(where: { $0.side == side && deadUntil[$0.index] <= now }) {
            special("KILL_ACE", killer, nil, position, now)
        }
    }

    private mutating func special(
        _ type: StaticString,
        _ killer: Int,
        _ length: Int?,
        _ position: MapPoint,
        _ now: Int
    ) {
        let kind = GameEvent.Kind.specialKill(
            type: type,
            killerID: killer + 1,
            multiKillLength: length,
            position: position
        )
        events.append(GameEvent(timestamp: now, kind: kind))
    }
}
