import RiotModels

/// Patches by date: two a month, numbered within the season.
enum GameVersion {
    private static let patchLength: Int64 = 15 * 86_400_000

    static func at(_ milliseconds: Int64) -> String {
        let year = CivilYear.year(ofMilliseconds: milliseconds)
        let within = milliseconds - CivilYear.bounds(year).startMilliseconds
        let patch = within / patchLength + 1
        return "\(year - 2010).\(patch).\(420 + (year - 2022) * 80 + Int(patch) * 5).\(1000 + within / 3_600_000)"
    }
}
