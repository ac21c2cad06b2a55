/// The damage lists of a champion's death.
struct DamageLists {
    /// Minions and monsters that join in, with the spell that their lines name.
    private static let neutrals: [(name: String, spell: String, type: StaticString)] = [
        ("SRU_ChaosMinionRanged", "sru_chaosminionrangedbasicattack", "MINION"),
        ("SRU_OrderMinionMelee", "sru_orderminionmeleebasicattack", "MINION"),
        ("SRU_ChaosMinionSiege", "sru_chaosminionsiegebasicattack2", "MINION"),
        ("SRU_Krug", "sru_krugbasicattack", "MONSTER"),
        ("SRUAP_Turret_Order2", "sruap_turret_order2basicattack", "TOWER"),
    ]

    let draft: Draft
    var random: SeededRandom

    init(draft: Draft, random: SeededRandom) {
        self.draft = draft
        self.random = random
    }

    /// What killed him: lines of the killer and his helpers, and of minions near.
    mutating func received(by victim: Int, from attackers: [Int], total: Int) -> [VictimDamage] {
        var lines: [VictimDamage] = []
        for attacker in attackers {
            let share = total * random.int(60, 140) / 100 / attackers.count
            lines += strikes(of: attacker, named: attacker, total: share, count: random.int(3, 6))
        }
        if random.chance(0.45) { lines += fromNeutrals(total: total / 12) }
        return lines
    }

    /// What he did to them before; the name is the victim's, the participant the one who was hit.
    mutating func dealt(by victim: Int, to attackers: [Int], total: Int) -> [VictimDamage] {
        attackers.flatMap { target in
            strikes(of: victim, named: target, total: total / attackers.count, count: random.int(1, 4))
        }
    }

    mutating func fromNeutrals(total: Int) -> [VictimDamage] {
        (0..<random.int(1, 3)).map { _ in
            let neutral = random.pick(Self.neutrals)
            return VictimDamage(
                isBasic: true,
                magic: 0,
                name: neutral.name,
                participantID: 0,
                physical: max(1, total),
                spellName: neutral.spell,
                spellSlot: 64,
                trueDamage: 0,
                type: neutral.type
            )
        }
    }

    private mutating func strikes(of actor: Int, named target: Int, total: Int, count: Int) -> [VictimDamage] {
        let champion = draft.contestants[actor].champion
        return (0..<count).map { _ in
            let spell = random.pick(champion.spells)
            let amount = max(1, total * random.int(40, 160) / 100 / count)
            let isMagic = !spell.isBasic && random.chance(champion.magicShare)
            let isTrue = !isMagic && random.chance(0.06)
            return VictimDamage(
                isBasic: spell.isBasic,
                magic: isMagic ? amount : 0,
                name: champion.name,
                participantID: target + 1,
                physical: isMagic || isTrue ? 0 : amount,
                spellName: spell.name,
                spellSlot: spell.slot,
                trueDamage: isTrue ? amount : 0,
                type: "OTHER"
            )
        }
    }
}
