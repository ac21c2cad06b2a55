import RiotModels

/// Gives games their times so that nobody plays two at once.
///
/// A year is cut into slots of an hour, longer than any game.
struct GameCalendar {
    /// Longer than the longest game with its loading screen.
    static let slotMilliseconds: Int64 = 3_600_000
    /// Attempts to find an hour that is free before an overlap is accepted or refused.
    private static let attemptLimit = 64

    private struct Hour: Hashable {
        let player: Int32
        let slot: Int64
    }

    private var taken: Set<Hour> = []
    private let until: Int64

    init(until: Int64) {
        self.until = until
    }

    /// How many games one player can have in a year.
    func capacity(of year: Int) -> Int {
        let slots = slots(of: year)
        return slots.isEmpty ? 0 : slots.count * 9 / 10
    }

    func isFree(_ player: Int32, at slot: Int64) -> Bool {
        !taken.contains(Hour(player: player, slot: slot))
    }

    mutating func take(_ slot: Int64, for players: [Int32]) {
        for player in players { taken.insert(Hour(player: player, slot: slot)) }
    }

    /// An hour of the year in which all of these are free; nil when the year has none left.
    func freeSlot(in year: Int, for players: [Int32], random: inout SeededRandom) -> Int64? {
        let slots = slots(of: year)
        guard let first = slots.first, let last = slots.last else { return nil }
        for _ in 0..<Self.attemptLimit {
            let slot = Int64(random.int(Int(first), Int(last)))
            if players.allSatisfy({ isFree($0, at: slot) }) { return slot }
        }
        return slots.first { slot in players.allSatisfy { isFree($0, at: slot) } }
    }

    /// Hours just outside the year, within half a day of its bounds, alternating between both ends.
    func edgeSlot(number: Int, of year: Int) -> Int64? {
        let slots = wholeYear(year)
        let slot = number % 2 == 0 ? slots.lowerBound - 2 - Int64(number / 2) : slots.upperBound + 1 + Int64(number / 2)
        return (slot + 1) * Self.slotMilliseconds <= until ? slot : nil
    }

    /// The time within a slot at which the game begins.
    func start(of slot: Int64, durationSeconds: Int, random: inout SeededRandom) -> Int64 {
        let spare = Self.slotMilliseconds - Int64(durationSeconds) * 1000 - 120_000
        return slot * Self.slotMilliseconds + 60_000 + Int64(random.int(0, max(0, Int(spare))))
    }

    private func slots(of year: Int) -> Range<Int64> {
        let whole = wholeYear(year)
        return whole.lowerBound..<max(whole.lowerBound, min(whole.upperBound, until / Self.slotMilliseconds))
    }

    private func wholeYear(_ year: Int) -> Range<Int64> {
        let bounds = CivilYear.bounds(year)
        return bounds.startMilliseconds / Self.slotMilliseconds..<bounds.endMilliseconds / Self.slotMilliseconds
    }
}
