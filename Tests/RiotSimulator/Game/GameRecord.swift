import RiotModels

/// A game as it was played: what both of its bodies are written from.
struct GameRecord: Sendable {
    let plan: GamePlan
    let draft: Draft
    /// Milliseconds from the start to the end.
    let endAt: Int
    /// The side that won; in Arena the duo that came first.
    let winner: Int
    let isSurrendered: Bool
    let frames: [FrameRecord]
    /// In time order, GAME_END last.
    let events: [GameEvent]
    let results: [ContestantResult]
    let seed: UInt64

    init(plan: GamePlan, players: [SimulatedPlayer], worldSeed: UInt64) {
        seed = SeededRandom.first(
            seed: worldSeed,
            stableHash(plan.platform.rawValue) ^ UInt64(bitPattern: plan.number)
        )
        var random = SeededRandom(seed: seed, stableHash("game"))
        self.plan = plan
        let winner = random.int(0, plan.kind == .arena ? 7 : 1)
        self.winner = winner
        isSurrendered = plan.kind != .aram && random.chance(0.2)
        let endAt = plan.durationSeconds * 1000 + random.int(0, 999)
        self.endAt = endAt
        let draft = Draft(plan: plan, players: players, seed: seed)
        self.draft = draft
        let fights = FightScript(draft: draft, plan: plan, endAt: endAt, winner: winner, seed: seed).events
        let objectives =
            plan.kind.hasLanes
            ? ObjectiveScript(
                draft: draft,
                kind: plan.kind,
                endAt: endAt,
                winner: winner,
                isSurrendered: isSurrendered,
                seed: seed
            ).events : []
        let economy = EconomyScript(
            draft: draft,
            plan: plan,
            endAt: endAt,
            income: Self.income(from: fights + objectives, kind: plan.kind),
            fights: fights,
            seed: seed
        )
        frames = economy.frames
        var events = Self.opening(plan.kind, endAt: endAt, draft: draft, random: &random)
        events += fights
        events += objectives
        events += economy.events
        events.removeAll { $0.timestamp >= endAt }
        // By time, and what happens at one moment in the order in which it was written.
        let order = events.indices.sorted { (events[$0].timestamp, $0) < (events[$1].timestamp, $1) }
        events = order.map { events[$0] }
        let winningTeam = plan.kind == .arena ? 100 : winner == 0 ? 100 : 200
        events.append(GameEvent(timestamp: endAt, kind: .gameEnd(winningTeam: winningTeam)))
        self.events = events
        var tally = ResultTally(draft: draft, kind: plan.kind, endAt: endAt, winner: winner)
        for event in events { tally.count(event) }
        results = tally.finish(frames: economy.frames, shops: economy.shops, fights: fights)
    }

    /// Everything that is not played: the start of the clock, a pause, purchases of nobody, the change of a shape.
    private static func opening(
        _ kind: GameKind,
        endAt: Int,
        draft: Draft,
        random: inout SeededRandom
    ) -> [GameEvent] {
        var events = [GameEvent(timestamp: 0, kind: .pauseEnd)]
        guard kind.hasLanes, kind != .remake else { return events }
        for _ in 0...1 {
            let item = ItemCatalog.supportStarter.id
            events.append(GameEvent(timestamp: 0, kind: .itemPurchased(itemID: item, participantID: 0)))
        }
        let pause = random.int(400_000, endAt - 60_000)
        events.append(GameEvent(timestamp: pause, kind: .pauseStart))
        events.append(GameEvent(timestamp: pause, kind: .pauseEnd))
        if let kayn = draft.contestants.first(where: { $0.champion.name == "Kayn" }) {
            let type: StaticString = random.chance(0.5) ? "SLAYER" : "ASSASSIN"
            let change = GameEvent.Kind.transform(participantID: kayn.participantID, type: type)
            events.append(GameEvent(timestamp: random.int(560_000, 840_000), kind: change))
        }
        return events
    }

    /// Gold and experience that kills and buildings bring.
    private static func income(from events: [GameEvent], kind: GameKind) -> [EconomyScript.Income] {
        var income: [EconomyScript.Income] = []
        for event in events {
            switch event.kind {
            case .championKill(let kill) where kill.killerID > 0:
                income.append(
                    .init(
                        timestamp: event.timestamp,
                        index: kill.killerID - 1,
                        gold: kill.bounty + kill.shutdownBounty,
                        experience: 120
                    )
                )
                for helper in kill.assistants {
                    let share = 150 / kill.assistants.count
                    income.append(.init(timestamp: event.timestamp, index: helper - 1, gold: share, experience: 60))
                }
            case .buildingKill(let fall) where fall.killerID > 0:
                income.append(
                    .init(timestamp: event.timestamp, index: fall.killerID - 1, gold: 250 + fall.bounty, experience: 0)
                )
            case .turretPlate(let killer, _, _, _) where killer > 0:
                income.append(.init(timestamp: event.timestamp, index: killer - 1, gold: 120, experience: 0))
            default: break
            }
        }
        return income.sorted { $0.timestamp < $1.timestamp }
    }
}
