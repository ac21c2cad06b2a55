/// Turrets, monsters and what comes with them in a game with lanes, in time order.
struct ObjectiveScript {
    private static let drakes: [(subtype: StaticString, soul: StaticString)] = [
        ("AIR_DRAGON", "Cloud"), ("HEXTECH_DRAGON", "Hextech"), ("FIRE_DRAGON", "Infernal"),
        ("EARTH_DRAGON", "Mountain"), ("WATER_DRAGON", "Ocean"), ("CHEMTECH_DRAGON", "Chemtech"),
    ]
    private static let firstDragonAt = 305_000
    private static let dragonEvery = 300_000

    let draft: Draft
    let endAt: Int
    let winner: Int
    let isSurrendered: Bool
    private(set) var events: [GameEvent] = []
    private var random: SeededRandom

    init(draft: Draft, kind: GameKind, endAt: Int, winner: Int, isSurrendered: Bool, seed: UInt64) {
        self.draft = draft
        self.endAt = endAt
        self.winner = winner
        self.isSurrendered = isSurrendered
        random = SeededRandom(seed: seed, stableHash("objectives"))
        guard kind != .remake else { return }
        playPlates()
        playMonsters()
        playDragons()
        playBuildings()
        playFeats()
        playBounties()
        events.sort { $0.timestamp < $1.timestamp }
    }

    private func teamID(_ side: Int) -> Int { side == 0 ? 100 : 200 }

    private mutating func add(_ timestamp: Int, _ kind: GameEvent.Kind) {
        guard timestamp < endAt else { return }
        events.append(GameEvent(timestamp: timestamp, kind: kind))
    }

    /// A participant of the side, the jungler or laner first.
    private mutating func member(_ side: Int, _ lane: Lane) -> Int {
        random.chance(0.7) ? side * 5 + lane.rawValue + 1 : side * 5 + random.int(1, 5)
    }

    private mutating func helpers(_ side: Int, except killer: Int, share: Double) -> [Int] {
        (side * 5 + 1...side * 5 + 5).filter { $0 != killer }.filter { _ in random.chance(share) }
    }

    // MARK: turrets

    private mutating func playPlates() {
        for _ in 0..<random.int(5, 10) {
            let side = random.chance(0.62) ? winner : 1 - winner
            let lane = random.int(0, 2)
            let killer = random.chance(0.2) ? 0 : member(side, [.top, .middle, .bottom][lane])
            let owner = teamID(1 - side)
            add(
                random.int(330_000, 838_000),
                .turretPlate(
                    killerID: killer,
                    lane: RiftMap.lanes[lane],
                    position: RiftMap.turret(of: owner, lane: lane, tier: 0),
                    teamID: owner
                )
            )
        }
    }

    private mutating func playBuildings() {
        for lane in random.shuffled([0, 1, 2]).prefix(random.int(1, 2)) {
            fall(side: winner == 0 ? 0 : 1, lane: lane, tier: 0, at: random.int(860_000, max(870_000, endAt - 300_000)))
        }
        let lanes = random.shuffled([0, 1, 2])
        var time = random.int(700_000, 820_000)
        let step = max(20_000, (endAt - 140_000 - time) / 7)
        for tier in 0...1 {
            for lane in lanes {
                time += random.int(step / 2, step)
                fall(side: 1 - winner, lane: lane, tier: tier, at: time)
            }
        }
        guard !isSurrendered else { return }
        for lane in lanes.prefix(random.int(1, 2)) {
            time = min(time + random.int(10_000, 40_000), endAt - 60_000)
            fall(side: 1 - winner, lane: lane, tier: 2, at: time)
            fall(side: 1 - winner, lane: lane, tier: nil, at: time + random.int(4000, 12_000))
        }
        fall(side: 1 - winner, lane: 0, tier: 3, at: endAt - random.int(18_000, 26_000))
        fall(side: 1 - winner, lane: 1, tier: 3, at: endAt - random.int(8000, 16_000))
    }

    /// A building of `side` falls; no tier means the lane's inhibitor.
    private mutating func fall(side: Int, lane: Int, tier: Int?, at time: Int) {
        let attackers = 1 - side
        let killer = random.chance(0.14) ? 0 : member(attackers, [.top, .middle, .bottom][lane])
        let owner = teamID(side)
        let isNexus = tier == 3
        add(
            time,
            .buildingKill(
                BuildingKill(
                    killerID: killer,
                    assistants: helpers(attackers, except: killer, share: 0.3),
                    bounty: random.chance(0.1) ? 432 : 0,
                    turret: tier.map { RiftMap.tiers[$0] },
                    lane: isNexus ? "MID_LANE" : RiftMap.lanes[lane],
                    position: tier.map { RiftMap.turret(of: owner, lane: lane, tier: $0) }
                        ?? RiftMap.inhibitor(of: owner, lane: lane),
                    teamID: owner
                )
            )
        )
    }

    // MARK: monsters

    private mutating func slay(
        _ monster: EliteMonsterKill.Monster,
        _ subtype: StaticString?,
        side: Int,
        at time: Int,
        in pit: MapPoint,
        isUnclaimed: Bool = false
    ) {
        let killer = isUnclaimed ? 0 : member(side, .jungle)
        add(
            time,
            .eliteMonster(
                EliteMonsterKill(
                    monster: monster,
                    subtype: subtype,
                    killerID: killer,
                    assistants: isUnclaimed ? [] : helpers(side, except: killer, share: 0.4),
                    killerTeamID: isUnclaimed ? 300 : teamID(side),
                    bounty: 0,
                    position: pit
                )
            )
        )
    }

    private mutating func playMonsters() {
        let pit = RiftMap.baronPit
        var time = random.int(485_000, 560_000)
        let hordeSide = random.chance(0.6) ? winner : 1 - winner
        for number in 0..<3 {
            slay(.horde, nil, side: hordeSide, at: time, in: pit, isUnclaimed: number == 2 && random.chance(0.1))
            time += random.int(3000, 9000)
        }
        slay(.herald, nil, side: random.chance(0.6) ? winner : 1 - winner, at: random.int(962_000, 1_040_000), in: pit)
        slay(
            .atakhan,
            nil,
            side: random.chance(0.7) ? winner : 1 - winner,
            at: random.int(1_205_000, 1_330_000),
            in: MapPoint(x: 5200, y: 9800)
        )
        time = random.int(1_505_000, 1_600_000)
        while time < endAt - 10_000 {
            slay(.baron, nil, side: random.chance(0.8) ? winner : 1 - winner, at: time, in: pit)
            time += random.int(365_000, 480_000)
        }
    }

    private mutating func playDragons() {
        let elements = random.shuffled(Self.drakes)
        var taken = [0, 0]
        var time = Self.firstDragonAt + random.int(2000, 30_000)
        var number = 0
        var hasSoul = false
        // The other side takes one only when there is time for the winner's four.
        let conceded = endAt > Self.firstDragonAt + 5 * (Self.dragonEvery + 30_000) ? random.int(0, 4) : -1
        while time < endAt - 5000 {
            let element = elements[min(number, 2)]
            let side = number == conceded ? 1 - winner : winner
            slay(
                hasSoul ? .elder : .dragon,
                hasSoul ? "ELDER_DRAGON" : element.subtype,
                side: side,
                at: time,
                in: RiftMap.dragonPit
            )
            taken[side] += 1
            number += 1
            if !hasSoul, taken[side] == 4 {
                add(time, .dragonSoul(name: element.soul, teamID: teamID(side)))
                hasSoul = true
                time += 360_000 + random.int(2000, 40_000)
            } else {
                time += Self.dragonEvery + random.int(1000, 28_000)
            }
        }
    }

    // MARK: what comes with them

    /// The counters that patch 15 brought: three kills, the first turret, three monsters.
    private mutating func playFeats() {
        var time = random.int(200_000, 260_000)
        for value in 1...3 {
            add(time, .feat(type: 0, value: value, teamID: teamID(winner)))
            add(time + 90_000, .feat(type: 2, value: value, teamID: teamID(random.int(0, 1))))
            time += random.int(40_000, 120_000)
        }
        add(random.int(840_000, 900_000), .feat(type: 1, value: 1, teamID: teamID(winner)))
    }

    /// Help for the side that is behind.
    private mutating func playBounties() {
        let time = random.int(850_000, max(860_000, min(1_300_000, endAt - 120_000)))
        let behind = teamID(1 - winner)
        add(time, .objectiveBountyPrestart(startsAt: time + 15_000 - time % 1000, teamID: behind))
        add(time + random.int(60_000, 110_000), .objectiveBountyFinish(teamID: behind))
    }
}
