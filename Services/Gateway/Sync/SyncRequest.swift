import RiotModels

/// A request to sync a player's year, checked as far as that is possible without asking Riot.
struct SyncRequest: Equatable {
    /// The Riot ID, in normal form C.
    let player: RiotID
    /// The platform asked for.
    let platform: Platform
    /// The year asked for, in UTC.
    let year: Int
    /// What failed or was not to be had before is asked for again.
    let recovery: Bool

    /// Reads a request body; what is wrong with it is told all at once.
    ///
    /// Members that this version does not know are passed over: older frontends send more than is needed.
    ///
    /// - Parameters:
    ///   - defaultYear: the year of a request that names none.
    ///   - years: the years that may be asked for.
    ///   - recovery: whether the request came to recover-data.
    init(body: [UInt8], defaultYear: Int, years: ClosedRange<Int>, recovery: Bool = false) throws(Problem) {
        var reader = try MemberReader(body: body)
        let player = reader.player()
        let platform = reader.platform()
        reader.checkRouting(of: platform)
        let year = reader.year(default: defaultYear, years: years)
        guard reader.errors.isEmpty, let player, let platform, let year else { throw .badMembers(reader.errors) }
        self.player = player
        self.platform = platform
        self.year = year
        self.recovery = recovery
    }
}
