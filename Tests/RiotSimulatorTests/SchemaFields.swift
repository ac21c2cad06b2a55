/// The fields of match-v5's bodies, as Riot's schema of April 2026 names them.
enum SchemaFields {
    /// Field names by the schema's type, in one text each.
    static let byType: [String: String] = [
        "MatchDto": "metadata info",
        "MetadataDto": "dataVersion matchId participants",
        "InfoDto": """
        endOfGameResult gameCreation gameDuration gameEndTimestamp gameId gameMode gameName gameStartTimestamp \
        gameType gameVersion mapId participants platformId queueId teams tournamentCode gameModeMutators
        """,
        "ParticipantDto": """
        allInPings assistMePings assists baronKills bountyLevel champExperience champLevel championId \
        championName commandPings championTransform consumablesPurchased challenges damageDealtToBuildings \
        damageDealtToObjectives damageDealtToTurrets damageSelfMitigated deaths detectorWardsPlaced doubleKills \
        dragonKills eligibleForProgression enemyMissingPings enemyVisionPings firstBloodAssist firstBloodKill \
        firstTowerAssist firstTowerKill gameEndedInEarlySurrender gameEndedInSurrender holdPings getBackPings \
        goldEarned goldSpent individualPosition inhibitorKills inhibitorTakedowns inhibitorsLost item0 item1 \
        item2 item3 item4 item5 item6 itemsPurchased killingSprees kills lane largestCriticalStrike \
        largestKillingSpree largestMultiKill longestTimeSpentLiving magicDamageDealt magicDamageDealtToChampions \
        magicDamageTaken missions neutralMinionsKilled needVisionPings nexusKills nexusTakedowns nexusLost \
        objectivesStolen objectivesStolenAssists onMyWayPings participantId playerScore0 playerScore1 \
        playerScore2 playerScore3 playerScore4 playerScore5 playerScore6 playerScore7 playerScore8 playerScore9 \
        playerScore10 playerScore11 pentaKills perks physicalDamageDealt physicalDamageDealtToChampions \
        physicalDamageTaken placement playerAugment1 playerAugment2 playerAugment3 playerAugment4 playerSubteamId \
        pushPings profileIcon puuid quadraKills riotIdGameName riotIdTagline role sightWardsBoughtInGame \
        spell1Casts spell2Casts spell3Casts spell4Casts subteamPlacement summoner1Casts summoner1Id \
        summoner2Casts summoner2Id summonerId summonerLevel summonerName teamEarlySurrendered teamId teamPosition \
        timeCCingOthers timePlayed totalAllyJungleMinionsKilled totalDamageDealt totalDamageDealtToChampions \
        totalDamageShieldedOnTeammates totalDamageTaken totalEnemyJungleMinionsKilled totalHeal \
        totalHealsOnTeammates totalMinionsKilled totalTimeCCDealt totalTimeSpentDead totalUnitsHealed tripleKills \
        trueDamageDealt trueDamageDealtToChampions trueDamageTaken turretKills turretTakedowns turretsLost \
        unrealKills visionScore visionClearedPings visionWardsBoughtInGame wardsKilled wardsPlaced win baitPings \
        dangerPings basicPings playerAugment5 playerAugment6 riotIdName retreatPings championSkinId \
        damageDealtToEpicMonsters roleBoundItem PlayerBehavior
        """,
        "ChallengesDto": """
        12AssistStreakCount baronBuffGoldAdvantageOverThreshold controlWardTimeCoverageInRiverOrEnemyHalf \
        earliestBaron earliestDragonTakedown earliestElderDragon earlyLaningPhaseGoldExpAdvantage \
        fasterSupportQuestCompletion fastestLegendary hadAfkTeammate highestChampionDamage \
        highestCrowdControlScore highestWardKills junglerKillsEarlyJungle killsOnLanersEarlyJungleAsJungler \
        laningPhaseGoldExpAdvantage legendaryCount maxCsAdvantageOnLaneOpponent maxLevelLeadLaneOpponent \
        mostWardsDestroyedOneSweeper mythicItemUsed playedChampSelectPosition soloTurretsLategame \
        takedownsFirst25Minutes teleportTakedowns thirdInhibitorDestroyedTime threeWardsOneSweeperCount \
        visionScoreAdvantageLaneOpponent InfernalScalePickup fistBumpParticipation voidMonsterKill abilityUses \
        acesBefore15Minutes alliedJungleMonsterKills baronTakedowns blastConeOppositeOpponentCount bountyGold \
        buffsStolen completeSupportQuestInTime controlWardsPlaced damagePerMinute damageTakenOnTeamPercentage \
        dancedWithRiftHerald deathsByEnemyChamps dodgeSkillShotsSmallWindow doubleAces dragonTakedowns \
        legendaryItemUsed effectiveHealAndShielding elderDragonKillsWithOpposingSoul elderDragonMultikills \
        enemyChampionImmobilizations enemyJungleMonsterKills epicMonsterKillsNearEnemyJungler \
        epicMonsterKillsWithin30SecondsOfSpawn epicMonsterSteals epicMonsterStolenWithoutSmite firstTurretKilled \
        firstTurretKilledTime flawlessAces fullTeamTakedown gameLength getTakedownsInAllLanesEarlyJungleAsLaner \
        goldPerMinute hadOpenNexus immobilizeAndKillWithAlly initialBuffCount initialCrabCount \
        jungleCsBefore10Minutes junglerTakedownsNearDamagedEpicMonster kda killAfterHiddenWithAlly \
        killedChampTookFullTeamDamageSurvived killingSprees killParticipation killsNearEnemyTurret \
        killsOnOtherLanesEarlyJungleAsLaner killsOnRecentlyHealedByAramPack killsUnderOwnTurret \
        killsWithHelpFromEpicMonster knockEnemyIntoTeamAndKill kTurretsDestroyedBeforePlatesFall \
        landSkillShotsEarlyGame laneMinionsFirst10Minutes lostAnInhibitor maxKillDeficit mejaisFullStackInTime \
        moreEnemyJungleThanOpponent multiKillOneSpell multikills multikillsAfterAggressiveFlash \
        multiTurretRiftHeraldCount outerTurretExecutesBefore10Minutes outnumberedKills outnumberedNexusKill \
        perfectDragonSoulsTaken perfectGame pickKillWithAlly poroExplosions quickCleanse quickFirstTurret \
        quickSoloKills riftHeraldTakedowns saveAllyFromDeath scuttleCrabKills shortestTimeToAceFromFirstTakedown \
        skillshotsDodged skillshotsHit snowballsHit soloBaronKills SWARM_DefeatAatrox SWARM_DefeatBriar \
        SWARM_DefeatMiniBosses SWARM_EvolveWeapon SWARM_Have3Passives SWARM_KillEnemy SWARM_PickupGold \
        SWARM_ReachLevel50 SWARM_Survive15Min SWARM_WinWith5EvolvedWeapons soloKills stealthWardsPlaced \
        survivedSingleDigitHpCount survivedThreeImmobilizesInFight takedownOnFirstTurret takedowns \
        takedownsAfterGainingLevelAdvantage takedownsBeforeJungleMinionSpawn takedownsFirstXMinutes \
        takedownsInAlcove takedownsInEnemyFountain teamBaronKills teamDamagePercentage teamElderDragonKills \
        teamRiftHeraldKills tookLargeDamageSurvived turretPlatesTaken turretsTakenWithRiftHerald turretTakedowns \
        twentyMinionsIn3SecondsCount twoWardsOneSweeperCount unseenRecalls visionScorePerMinute wardsGuarded \
        wardTakedowns wardTakedownsBefore20M HealFromMapSources
        """,
        "MissionsDto": """
        playerScore0 playerScore1 playerScore2 playerScore3 playerScore4 playerScore5 playerScore6 playerScore7 \
        playerScore8 playerScore9 playerScore10 playerScore11
        """,
        "PerksDto": "statPerks styles",
        "PerkStatsDto": "defense flex offense",
        "PerkStyleDto": "description selections style",
        "PerkStyleSelectionDto": "perk var1 var2 var3",
        "TeamDto": "bans objectives teamId win feats",
        "BanDto": "championId pickTurn",
        "ObjectivesDto": "baron champion dragon horde inhibitor riftHerald tower atakhan",
        "ObjectiveDto": "first kills",
        "TimelineDto": "metadata info",
        "MetadataTimeLineDto": "dataVersion matchId participants",
        "InfoTimeLineDto": "endOfGameResult frameInterval gameId participants frames",
        "ParticipantTimeLineDto": "participantId puuid",
        "FramesTimeLineDto": "events participantFrames timestamp",
        "EventsTimeLineDto": """
        timestamp realTimestamp type itemId participantId levelUpType skillSlot creatorId wardType level \
        assistingParticipantIds bounty killStreakLength killerId position victimDamageDealt victimDamageReceived \
        victimId killType laneType teamId multiKillLength killerTeamId monsterType monsterSubType buildingType \
        towerType afterId beforeId goldGain gameId winningTeam transformType name shutdownBounty actualStartTime \
        featType featValue victimTeamfightDamageDealt victimTeamfightDamageReceived
        """,
        "ParticipantFrameDto": """
        championStats currentGold damageStats goldPerSecond jungleMinionsKilled level minionsKilled participantId \
        position timeEnemySpentControlled totalGold xp
        """,
        "ChampionStatsDto": """
        abilityHaste abilityPower armor armorPen armorPenPercent attackDamage attackSpeed bonusArmorPenPercent \
        bonusMagicPenPercent ccReduction cooldownReduction health healthMax healthRegen lifesteal magicPen \
        magicPenPercent magicResist movementSpeed omnivamp physicalVamp power powerMax powerRegen spellVamp
        """,
        "DamageStatsDto": """
        magicDamageDone magicDamageDoneToChampions magicDamageTaken physicalDamageDone \
        physicalDamageDoneToChampions physicalDamageTaken totalDamageDone totalDamageDoneToChampions \
        totalDamageTaken trueDamageDone trueDamageDoneToChampions trueDamageTaken
        """,
        "PositionDto": "x y",
        "ParticipantPlayerBehaviorDto": "PlayerBehavior_IsHeroInCombat",
        "FeatsDto": "EPIC_MONSTER_KILL FIRST_BLOOD FIRST_TURRET",
        "MatchTimelineVictimDamage": """
        basic magicDamage name participantId physicalDamage spellName spellSlot trueDamage type
        """,
        "FeatDto": "featState",
    ]

    static func fields(of type: String) -> Set<String> {
        Set((byType[type] ?? "").split(separator: " ").map(String.init))
    }
}
