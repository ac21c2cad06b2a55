/// What can be bought.
enum ItemCatalog {
    /// A finished item and what it is made of.
    struct Recipe: Sendable {
        let id: Int
        let parts: [(id: Int, price: Int)]
        /// Paid on top of the parts.
        let finishing: Int
    }

    static let potion = (id: 2003, price: 50)
    static let controlWard = (id: 2055, price: 75)
    static let trinket = 3340
    static let lateTrinket = 3363
    static let starters = [
        (id: 1055, price: 450), (id: 1056, price: 400), (id: 1054, price: 450), (id: 1103, price: 450),
    ]
    static let supportStarter = (id: 3865, price: 400)

    static let boots: [Recipe] = [
        Recipe(id: 3006, parts: [(1001, 300), (1042, 250)], finishing: 550),
        Recipe(id: 3020, parts: [(1001, 300)], finishing: 800),
        Recipe(id: 3047, parts: [(1001, 300), (1029, 300)], finishing: 600),
        Recipe(id: 3158, parts: [(1001, 300)], finishing: 600),
    ]

    static let physical: [Recipe] = [
        Recipe(id: 3031, parts: [(1038, 1300), (1037, 875), (1018, 600)], finishing: 725),
        Recipe(id: 3036, parts: [(3035, 1450), (1018, 600)], finishing: 950),
        Recipe(id: 3072, parts: [(1038, 1300), (1053, 900)], finishing: 1200),
        Recipe(id: 6672, parts: [(1037, 875), (1043, 700)], finishing: 1425),
        Recipe(id: 3078, parts: [(3057, 900), (3044, 1100), (3051, 1100)], finishing: 233),
        Recipe(id: 6333, parts: [(1037, 875), (1011, 900)], finishing: 1125),
        Recipe(id: 3053, parts: [(3044, 1100), (1037, 875)], finishing: 1225),
    ]

    static let magical: [Recipe] = [
        Recipe(id: 3089, parts: [(1058, 1200), (1026, 850)], finishing: 1550),
        Recipe(id: 3157, parts: [(1058, 1200), (2420, 1600)], finishing: 450),
        Recipe(id: 3135, parts: [(4630, 1100), (1026, 850)], finishing: 1050),
        Recipe(id: 6653, parts: [(3108, 900), (3147, 1300)], finishing: 800),
        Recipe(id: 3100, parts: [(3057, 900), (3108, 900)], finishing: 1100),
        Recipe(id: 4645, parts: [(1058, 1200), (3145, 1100)], finishing: 900),
        Recipe(id: 3118, parts: [(3802, 1200), (3108, 900)], finishing: 600),
    ]

    static let supporting: [Recipe] = [
        Recipe(id: 3190, parts: [(3067, 800), (3105, 1200)], finishing: 200),
        Recipe(id: 3107, parts: [(3114, 600), (3067, 800)], finishing: 900),
        Recipe(id: 3504, parts: [(3113, 850), (3114, 600)], finishing: 750),
        Recipe(id: 3050, parts: [(3067, 800), (3024, 900)], finishing: 500),
        Recipe(id: 6617, parts: [(3114, 600), (3108, 900)], finishing: 700),
    ]

    /// Six finished items for somebody, boots second.
    static func build(for contestant: Contestant, random: inout SeededRandom) -> [Recipe] {
        let kind =
            contestant.lane == .utility ? supporting : contestant.champion.magicShare > 0.5 ? magical : physical
        var build = Array(random.shuffled(kind).prefix(5))
        build.insert(random.pick(boots), at: 1)
        return build
    }
}
