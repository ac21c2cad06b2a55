/// Writes one participant's figures of one frame.
struct FrameBody {
    let figures: FrameFigures
    let contestant: Contestant

    func write(to json: inout JSONBuffer) {
        json.beginObject(number: contestant.participantID)
        writeChampionStats(to: &json)
        json.member("currentGold", figures.currentGold)
        writeDamage(to: &json)
        json.member("goldPerSecond", 0)
        json.member("jungleMinionsKilled", figures.jungleMinions)
        json.member("level", figures.level)
        json.member("minionsKilled", figures.minions)
        json.member("participantId", contestant.participantID)
        json.beginObject("position")
        json.member("x", figures.position.x)
        json.member("y", figures.position.y)
        json.endObject()
        json.member("timeEnemySpentControlled", figures.enemySpentControlled)
        json.member("totalGold", figures.totalGold)
        json.member("xp", figures.experience)
        json.endObject()
    }

    /// The champion's own figures: they follow from level and from the gold that went into items.
    private func writeChampionStats(to json: inout JSONBuffer) {
        let level = figures.level
        let worth = max(0, figures.totalGold - figures.currentGold - 500)
        let isMagical = contestant.champion.magicShare > 0.5
        let base = contestant.champion.id % 40
        let health = 590 + base + level * 98 + worth / 14
        let power = 300 + base + level * 44
        json.beginObject("championStats")
        json.member("abilityHaste", worth / 260)
        json.member("abilityPower", isMagical ? worth / 22 : 0)
        json.member("armor", 30 + base / 4 + level * 4 + worth / 150)
        json.member("armorPen", isMagical ? 0 : worth / 900)
        json.member("armorPenPercent", isMagical ? 0 : worth / 600)
        json.member("attackDamage", 52 + base / 3 + level * 3 + (isMagical ? 0 : worth / 55))
        json.member("attackSpeed", 100 + level * 3 + worth / 180)
        json.member("bonusArmorPenPercent", 0)
        json.member("bonusMagicPenPercent", 0)
        json.member("ccReduction", worth > 4000 ? 10 : 0)
        json.member("cooldownReduction", 0)
        json.member("health", figures.isAlive ? health * (60 + (figures.experience + level) % 41) / 100 : 0)
        json.member("healthMax", health)
        json.member("healthRegen", 7 + level)
        json.member("lifesteal", isMagical ? 0 : worth / 1500)
        json.member("magicPen", isMagical ? worth / 700 : 0)
        json.member("magicPenPercent", isMagical ? worth / 500 : 0)
        json.member("magicResist", 30 + level * 2 + worth / 300)
        json.member("movementSpeed", 330 + base / 4 + min(worth / 20, 60))
        json.member("omnivamp", worth / 3000)
        json.member("physicalVamp", 0)
        json.member("power", figures.isAlive ? power * (30 + figures.totalGold % 71) / 100 : 0)
        json.member("powerMax", power)
        json.member("powerRegen", 8 + level)
        json.member("spellVamp", 0)
        json.endObject()
    }

    private func writeDamage(to json: inout JSONBuffer) {
        let damage = figures.damage
        json.beginObject("damageStats")
        json.member("magicDamageDone", damage.done.magic)
        json.member("magicDamageDoneToChampions", damage.toChampions.magic)
        json.member("magicDamageTaken", damage.taken.magic)
        json.member("physicalDamageDone", damage.done.physical)
        json.member("physicalDamageDoneToChampions", damage.toChampions.physical)
        json.member("physicalDamageTaken", damage.taken.physical)
        json.member("totalDamageDone", damage.done.total)
        json.member("totalDamageDoneToChampions", damage.toChampions.total)
        json.member("totalDamageTaken", damage.taken.total)
        json.member("trueDamageDone", damage.done.trueDamage)
        json.member("trueDamageDoneToChampions", damage.toChampions.trueDamage)
        json.member("trueDamageTaken", damage.taken.trueDamage)
        json.endObject()
    }
}
