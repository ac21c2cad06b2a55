/// A champion: number, name and the names that its damage has in a timeline.
struct Champion: Sendable {
    let id: Int
    let name: String
    /// Abilities and basic attacks, as victim damage lists name them.
    let spells: [Spell]
    /// How much of his damage is magic, 0 to 1.
    let magicShare: Double

    /// One source of damage.
    struct Spell: Sendable {
        let name: String
        let slot: Int
        let isBasic: Bool
    }

    init(_ id: Int, _ name: String) {
        self.id = id
        self.name = name
        let lower = name.lowercased()
        spells = [
            Spell(name: lower + "basicattack", slot: 64, isBasic: true),
            Spell(name: lower + "basicattack2", slot: 65, isBasic: true),
            Spell(name: lower + "q", slot: 0, isBasic: false),
            Spell(name: lower + "w", slot: 1, isBasic: false),
            Spell(name: lower + "e", slot: 2, isBasic: false),
            Spell(name: lower + "r", slot: 3, isBasic: false),
            Spell(name: lower + "passive", slot: 63, isBasic: false),
            Spell(name: "", slot: -1, isBasic: false),
        ]
        magicShare = Double(id * 37 % 100) < 48 ? 0.8 : 0.12
    }

    /// The one whose shape changes in a game; a rift game has him as a jungler, so that its timeline shows the change.
    static let kayn = Champion(141, "Kayn")

    static let all: [Champion] = [
        Champion(1, "Annie"), Champion(2, "Olaf"), Champion(3, "Galio"), Champion(4, "TwistedFate"),
        Champion(5, "XinZhao"), Champion(6, "Urgot"), Champion(8, "Vladimir"), Champion(10, "Kayle"),
        Champion(11, "MasterYi"), Champion(12, "Alistar"), Champion(13, "Ryze"), Champion(14, "Sion"),
        Champion(15, "Sivir"), Champion(16, "Soraka"), Champion(17, "Teemo"), Champion(18, "Tristana"),
        Champion(19, "Warwick"), Champion(21, "MissFortune"), Champion(22, "Ashe"), Champion(23, "Tryndamere"),
        Champion(24, "Jax"), Champion(25, "Morgana"), Champion(28, "Evelynn"), Champion(29, "Twitch"),
        Champion(31, "Chogath"), Champion(32, "Amumu"), Champion(35, "Shaco"), Champion(37, "Sona"),
        Champion(39, "Irelia"), Champion(40, "Janna"), Champion(43, "Karma"), Champion(45, "Veigar"),
        Champion(48, "Trundle"), Champion(51, "Caitlyn"), Champion(53, "Blitzcrank"), Champion(54, "Malphite"),
        Champion(55, "Katarina"), Champion(58, "Renekton"), Champion(60, "Elise"), Champion(61, "Orianna"),
        Champion(63, "Brand"), Champion(64, "LeeSin"), Champion(67, "Vayne"), Champion(75, "Nasus"),
        Champion(76, "Nidalee"), Champion(79, "Gragas"), Champion(81, "Ezreal"), Champion(82, "Mordekaiser"),
        Champion(84, "Akali"), Champion(86, "Garen"), Champion(89, "Leona"), Champion(92, "Riven"),
        Champion(98, "Shen"), Champion(99, "Lux"), Champion(103, "Ahri"), Champion(104, "Graves"),
        Champion(105, "Fizz"), Champion(110, "Varus"), Champion(111, "Nautilus"), Champion(117, "Lulu"),
        Champion(119, "Draven"), Champion(120, "Hecarim"), Champion(121, "Khazix"), Champion(122, "Darius"),
        Champion(126, "Jayce"), Champion(131, "Diana"), Champion(134, "Syndra"), Champion(143, "Zyra"),
        Champion(145, "Kaisa"), Champion(150, "Gnar"), Champion(157, "Yasuo"), Champion(164, "Camille"),
        Champion(201, "Braum"), Champion(202, "Jhin"), Champion(222, "Jinx"), Champion(233, "Briar"),
        Champion(235, "Senna"), Champion(236, "Lucian"), Champion(238, "Zed"), Champion(245, "Ekko"),
        Champion(254, "Vi"), Champion(266, "Aatrox"), Champion(267, "Nami"), Champion(268, "Azir"),
        Champion(350, "Yuumi"), Champion(412, "Thresh"), Champion(420, "Illaoi"), Champion(429, "Kalista"),
        Champion(498, "Xayah"), Champion(516, "Ornn"), Champion(517, "Sylas"), Champion(555, "Pyke"),
        Champion(777, "Yone"), Champion(804, "Yunara"), Champion(875, "Sett"), Champion(887, "Gwen"),
        Champion(893, "Aurora"), Champion(897, "KSante"), Champion(901, "Smolder"), Champion(910, "Hwei"),
    ]
}
