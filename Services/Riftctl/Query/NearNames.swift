/// Finds what somebody meant who mistyped a name.
enum NearNames {
    /// How many names are offered.
    static let offered = 5

    /// Those of `names` that differ least from `name`, the best first.
    ///
    /// Case does not count. A name is near when a third of its letters would have to be changed, or when it begins with
    /// `name`.
    static func closest(to name: String, in names: [String]) -> [String] {
        let wanted = Array(name.lowercased())
        let rated = names.enumerated().compactMap { place, candidate -> (changes: Int, place: Int, name: String)? in
            let letters = Array(candidate.lowercased())
            if !wanted.isEmpty, letters.starts(with: wanted) { return (0, place, candidate) }
            let changes = distance(wanted, letters)
            return changes <= max(wanted.count, letters.count) / 3 ? (changes, place, candidate) : nil
        }
        return rated.sorted { ($0.changes, $0.place) < ($1.changes, $1.place) }.prefix(offered).map(\.name)
    }

    /// Letters to be put in, taken out or replaced to make one of the other (Levenshtein).
    static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var row = Array(0...other.count)
        for (index, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, candidate) in other.enumerated() {
                let replaced = diagonal + (letter == candidate ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}
