/// A repeatable stream of numbers (SplitMix64).
///
/// The same seed gives the same numbers on every machine and in every build, which the standard generator does not
/// promise; all of the simulated world is drawn from it.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// A stream of its own for one thing of the world, so that adding one thing does not change the others.
    init(seed: UInt64, _ parts: UInt64...) {
        var mixed = SeededRandom(seed: seed)
        var value = mixed.next()
        for part in parts {
            mixed = SeededRandom(seed: value ^ (part &* 0x9E37_79B9_7F4A_7C15))
            value = mixed.next()
        }
        self.init(seed: value)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A whole number of the range, both ends included.
    mutating func int(_ low: Int, _ high: Int) -> Int {
        guard high > low else { return low }
        let span = UInt64(high - low) + 1
        return low + Int(next().multipliedFullWidth(by: span).high)
    }

    /// A fraction, 0 included, 1 not.
    mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    mutating func double(_ low: Double, _ high: Double) -> Double {
        low + unit() * (high - low)
    }

    mutating func chance(_ probability: Double) -> Bool {
        unit() < probability
    }

    /// An element of a collection that is not empty.
    mutating func pick<Element>(_ choices: [Element]) -> Element {
        precondition(!choices.isEmpty, "pick needs at least one choice")
        return choices[int(0, choices.count - 1)]
    }

    /// An index, drawn in proportion to the weights.
    mutating func weighted(_ weights: [Double]) -> Int {
        var rest = unit() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return index }
        }
        return weights.count - 1
    }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        guard result.count > 1 else { return result }
        for index in stride(from: result.count - 1, to: 0, by: -1) {
            result.swapAt(index, int(0, index))
        }
        return result
    }

    /// Characters of the base64url alphabet, as Riot's encrypted ids have them.
    mutating func token(length: Int) -> String {
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        return String(unsafeUninitializedCapacity: length) { buffer in
            for index in 0..<length {
                buffer[index] = alphabet.utf8Start[Int(next() >> 58)]
            }
            return length
        }
    }
}

/// A stable number for a text (FNV-1a), for seeding.
func stableHash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    return hash
}
