/// Gold, experience, damage and places of everybody, minute by minute, with the events that follow from them.
struct EconomyScript {
    static let frameInterval = 60_000
    /// Frames come a little later than the minute.
    private static let frameDrift = 17

    private let draft: Draft
    private let kind: GameKind
    private let endAt: Int
    private var random: SeededRandom
    private(set) var frames: [FrameRecord] = []
    private(set) var events: [GameEvent] = []
    private(set) var shops: [ShoppingScript]
    private var current: [FrameFigures]
    private var nextVisit: [Int]
    private var skills: [SkillOrder]

    /// Gold that fights and objectives bring, in time order.
    struct Income {
        var timestamp: Int
        var index: Int
        var gold: Int
        var experience: Int
    }

    init(draft: Draft, plan: GamePlan, endAt: Int, income: [Income], fights: [GameEvent], seed: UInt64) {
        self.draft = draft
        self.endAt = endAt
        kind = plan.kind
        random = SeededRandom(seed: seed, stableHash("economy"))
        shops = draft.contestants.map { ShoppingScript(contestant: $0, seed: seed) }
        skills = draft.contestants.map { _ in SkillOrder() }
        var start = FrameFigures()
        start.totalGold = kind == .aram ? 1400 : kind == .arena ? 1000 : 500
        start.level = kind == .aram ? 3 : 1
        start.experience = LevelTable.experience(of: start.level)
        current = draft.contestants.map { contestant in
            start.position = RiftMap.fountain(of: contestant.teamID)
            return start
        }
        nextVisit = draft.contestants.map { _ in 0 }
        for index in skills.indices { skills[index] = SkillOrder(random: &random) }
        play(income: income, deaths: DeathTimes(fights: fights, kind: kind))
        for shop in shops { events += shop.events }
        placeWards()
    }

    // MARK: the minutes

    private mutating func play(income: [Income], deaths: DeathTimes) {
        frames.append(FrameRecord(timestamp: 0, figures: settled()))
        openShops()
        var rest = income[...]
        var last = 0
        while last < endAt {
            let minute = frames.count
            let now = min(minute * Self.frameInterval + minute * Self.frameDrift + random.int(0, 9), endAt)
            while let next = rest.first, next.timestamp <= now {
                current[next.index].totalGold += next.gold
                current[next.index].experience += next.experience
                rest.removeFirst()
            }
            for index in current.indices { advance(index, from: last, to: now, deaths: deaths) }
            frames.append(FrameRecord(timestamp: now, figures: settled()))
            last = now
        }
    }

    private mutating func openShops() {
        for index in shops.indices {
            shops[index].begin(at: random.int(3000, 38_000), gold: current[index].totalGold)
            nextVisit[index] = random.int(170_000, 300_000)
            for level in 1...current[index].level { learn(index, level: level, at: random.int(8000, 70_000)) }
        }
    }

    private mutating func advance(_ index: Int, from last: Int, to now: Int, deaths: DeathTimes) {
        let contestant = draft.contestants[index]
        let minutes = Double(now - last) / 60_000
        let pace = Pace.of(contestant, kind: kind)
        var figures = current[index]
        let levelBefore = figures.level
        let active =
            last >= 90_000 || kind == .aram ? minutes * random.double(0.7, 1.3) * contestant.skill : minutes * 0.2
        let minions = Int(pace.minions * active + random.unit())
        let monsters = Int(pace.monsters * active + random.unit())
        figures.minions += minions
        figures.jungleMinions += monsters
        figures.totalGold += Int(pace.gold * minutes) + (minions + monsters) * 20
        figures.experience += Int(pace.experience * active)
        let growth = 0.5 + Double(now) / 1_500_000
        let fought = Int(pace.damage * active * growth)
        figures.damage.toChampions.add(fought, magicShare: contestant.champion.magicShare)
        figures.damage.done.add(fought + (minions + monsters) * 540, magicShare: contestant.champion.magicShare)
        figures.damage.taken.add(Int(pace.taken * active * growth), magicShare: 0.4)
        figures.enemySpentControlled += Int(active * random.double(2000, 9000))
        figures.level = LevelTable.level(of: figures.experience)
        figures.isAlive = !deaths.isDead(index, at: now)
        figures.position = place(of: contestant, at: now, figures: figures)
        current[index] = figures
        announceLevels(index, from: levelBefore, since: last, until: now)
        if now >= nextVisit[index] {
            let time = random.int(last + 1, max(last + 1, now - 20_000))
            shops[index].visit(at: time, earned: figures.totalGold, isLate: now > 700_000)
            nextVisit[index] = now + random.int(120_000, 270_000)
        }
    }

    /// The figures as a frame shows them: with the gold that is not spent.
    private mutating func settled() -> [FrameFigures] {
        for index in current.indices {
            current[index].currentGold = max(0, current[index].totalGold - shops[index].spent)
        }
        return current
    }

    private mutating func place(of contestant: Contestant, at now: Int, figures: FrameFigures) -> MapPoint {
        let home = RiftMap.fountain(of: contestant.teamID)
        guard figures.isAlive, now < endAt || random.chance(0.5) else { return home }
        let reach = random.double(0.15, 0.8)
        let offset: (Int, Int) =
            switch contestant.lane {
            case .top: (-2600, 2600)
            case .bottom, .utility: (2600, -2600)
            case .jungle: (random.int(-3000, 3000), random.int(-3000, 3000))
            default: (random.int(-900, 900), random.int(-900, 900))
            }
        let far = RiftMap.fountain(of: contestant.teamID == 100 ? 200 : 100)
        let x = home.x + Int(Double(far.x - home.x) * reach) + offset.0 + random.int(-500, 500)
        let y = home.y + Int(Double(far.y - home.y) * reach) + offset.1 + random.int(-500, 500)
        return MapPoint(x: min(max(x, 150), 14_700), y: min(max(y, 150), 14_750))
    }

    // MARK: levels

    private mutating func announceLevels(_ index: Int, from before: Int, since last: Int, until now: Int) {
        let after = current[index].level
        guard after > before else { return }
        for level in before + 1...after {
            let time = last + (now - last) * (level - before) / (after - before + 1) + random.int(0, 900)
            // Arena timelines name nobody for many of their levels.
            let isNameless = kind == .arena && random.chance(0.5)
            add(time, .levelUp(level: level, participantID: isNameless ? 0 : index + 1))
            learn(index, level: level, at: time + random.int(400, 2600))
        }
    }

    private mutating func learn(_ index: Int, level: Int, at time: Int) {
        let slot = skills[index].slot(at: level)
        add(time, .skillLevelUp(slot: slot, participantID: index + 1, isEvolution: false))
        if level == 6, draft.contestants[index].champion.name == "Khazix" {
            add(time + 300, .skillLevelUp(slot: slot, participantID: index + 1, isEvolution: true))
        }
    }

    // MARK: wards

    private mutating func placeWards() {
        guard kind.hasLanes, kind != .remake else { return }
        for contestant in draft.contestants {
            let count = Int(
                Double(endAt) / 60_000 * (contestant.lane == .utility ? 1.05 : 0.5) * random.double(0.7, 1.3)
            )
            for number in 0..<count {
                let isControl = number < shops[contestant.index].controlWards
                let type: StaticString =
                    isControl
                    ? "CONTROL_WARD"
                    : contestant.lane == .utility
                        ? "SIGHT_WARD"
                        : random.chance(0.2) ? "BLUE_TRINKET" : "YELLOW_TRINKET"
                let time = random.int(95_000, endAt - 1000)
                add(time, .wardPlaced(creatorID: contestant.participantID, type: type))
                if random.chance(0.16) {
                    let other = contestant.side == 0 ? random.int(6, 10) : random.int(1, 5)
                    add(time + random.int(5000, 90_000), .wardKill(killerID: other, type: type))
                }
            }
            if contestant.champion.name == "Teemo" {
                for _ in 0..<12 {
                    let time = random.int(300_000, endAt - 1000)
                    add(time, .wardPlaced(creatorID: contestant.participantID, type: "TEEMO_MUSHROOM"))
                }
            }
        }
        for _ in 0..<random.int(1, 4) {
            add(random.int(200_000, endAt - 1000), .wardPlaced(creatorID: 0, type: "UNDEFINED"))
        }
    }

    private mutating func add(_ time: Int, _ kind: GameEvent.Kind) {
        events.append(GameEvent(timestamp: time, kind: kind))
    }
}
