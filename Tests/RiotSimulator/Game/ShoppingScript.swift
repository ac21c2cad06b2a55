/// What one contestant buys, and what it leaves in his bag.
struct ShoppingScript {
    /// What a first item brings back.
    private static let resaleValue = 160

    private(set) var events: [GameEvent] = []
    private(set) var spent = 0
    private(set) var purchases = 0
    private(set) var consumables = 0
    private(set) var controlWards = 0
    /// Finished items, which challenges list as legendary.
    private(set) var finished: [Int] = []

    private let contestant: Contestant
    private var build: ArraySlice<ItemCatalog.Recipe>
    private var parts: [(id: Int, price: Int)] = []
    private var held: [Int] = []
    private var starter: Int?
    private var trinket = ItemCatalog.trinket
    private var random: SeededRandom
    private var hasUndone = false

    init(contestant: Contestant, seed: UInt64) {
        self.contestant = contestant
        random = SeededRandom(seed: seed, stableHash("shop"), UInt64(contestant.index))
        build = ItemCatalog.build(for: contestant, random: &random)[...]
    }

    /// The seven places of the bag, the trinket last.
    var bag: [Int] {
        let loose = finished + parts.map(\.id) + held + (starter.map { [$0] } ?? [])
        let six = Array(loose.prefix(6))
        return six + Array(repeating: 0, count: 6 - six.count) + [trinket]
    }

    /// Spends what the starting gold buys.
    mutating func begin(at time: Int, gold: Int) {
        let first = contestant.lane == .utility ? ItemCatalog.supportStarter : random.pick(ItemCatalog.starters)
        buy(first.id, price: first.price, at: time)
        starter = first.id
        if gold - spent >= ItemCatalog.potion.price { drinkLater(at: time + 900) }
        buy(ItemCatalog.trinket, price: 0, at: time + 1800)
    }

    /// One visit with everything earned so far.
    mutating func visit(at time: Int, earned: Int, isLate: Bool) {
        var now = time
        if isLate, trinket == ItemCatalog.trinket, random.chance(0.3) {
            destroy(trinket, at: now)
            trinket = ItemCatalog.lateTrinket
            buy(trinket, price: 0, at: now)
        }
        if contestant.lane != nil, earned - spent > 600, random.chance(contestant.lane == .utility ? 0.8 : 0.3) {
            buy(ItemCatalog.controlWard.id, price: ItemCatalog.controlWard.price, at: now)
            destroy(ItemCatalog.controlWard.id, at: now + random.int(8000, 60_000))
            consumables += 1
            controlWards += 1
        }
        while let recipe = build.first {
            now += random.int(300, 1500)
            if parts.count < recipe.parts.count {
                let part = recipe.parts[parts.count]
                guard earned - spent >= part.price else { break }
                undoSometimes(part, at: now)
                buy(part.id, price: part.price, at: now + 400)
                parts.append(part)
            } else {
                guard earned - spent >= recipe.finishing else { break }
                for part in parts { destroy(part.id, at: now) }
                buy(recipe.id, price: recipe.finishing, at: now)
                parts.removeAll()
                finished.append(recipe.id)
                build.removeFirst()
                sellStarter(at: now + 700)
            }
        }
    }

    private mutating func sellStarter(at time: Int) {
        guard let sold = starter, finished.count >= 2 else { return }
        add(time, .itemSold(itemID: sold, participantID: contestant.participantID))
        spent -= Self.resaleValue
        starter = nil
    }

    /// A wrong choice, taken back at once: bought and undone, so that nothing is spent.
    private mutating func undoSometimes(_ part: (id: Int, price: Int), at time: Int) {
        guard !hasUndone, random.chance(0.25) else { return }
        hasUndone = true
        add(time - 200, .itemPurchased(itemID: part.id, participantID: contestant.participantID))
        add(time, .itemUndo(beforeID: part.id, goldGain: part.price, participantID: contestant.participantID))
    }

    private mutating func drinkLater(at time: Int) {
        buy(ItemCatalog.potion.id, price: ItemCatalog.potion.price, at: time)
        consumables += 1
        destroy(ItemCatalog.potion.id, at: time + random.int(80_000, 260_000))
    }

    private mutating func buy(_ item: Int, price: Int, at time: Int) {
        spent += price
        purchases += 1
        add(time, .itemPurchased(itemID: item, participantID: contestant.participantID))
    }

    private mutating func destroy(_ item: Int, at time: Int) {
        add(time, .itemDestroyed(itemID: item, participantID: contestant.participantID))
    }

    private mutating func add(_ time: Int, _ kind: GameEvent.Kind) {
        events.append(GameEvent(timestamp: time, kind: kind))
    }
}
