import RiotModels

/// A request to look a player up, checked as a sync's is.
struct LookupRequest: Equatable {
    /// The Riot ID, in normal form C.
    let player: RiotID
    /// The platform asked for.
    let platform: Platform

    /// Reads a request body; what is wrong with it is told all at once, and unknown members are passed over.
    init(body: [UInt8]) throws(Problem) {
        var reader = try MemberReader(body: body)
        let player = reader.player()
        let platform = reader.platform()
        reader.checkRouting(of: platform)
        guard reader.errors.isEmpty, let player, let platform else { throw .badMembers(reader.errors) }
        self.player = player
        self.platform = platform
    }
}
