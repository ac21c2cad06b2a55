import JSON

/// Turns a match body into rows.
///
/// Refused is only what has no shape: no JSON, no `metadata`, no list of participants, the body of another match.
/// Everything else that does not fit its column goes into an `extra`, as it stands.
struct MatchDecoder {
    /// Longest duration that is believed, in seconds; broken games have had thousands of years.
    static let maximumDuration: Int64 = 86_400
    /// A game that was voted away ends before its fifth minute; the flag alone also stands on complete games.
    static let remakeSeconds: Int32 = 300
    /// Epoch milliseconds that can be the time of a game: after 1970, before the year 10000.
    static let times: ClosedRange<Int64> = 1...253_402_300_799_999

    private let body: Body
    private var match = DecodedMatch()
    private var infoExtra = ExtraObject()
    private var novelties: Set<String> = []
    private var duration: JSONCursor?

    /// Decodes `body`; the error says what is wrong and where.
    static func decode(_ body: Body) throws(BodyRejection) -> DecodedMatch {
        try body.read { root throws(BodyRejection) in try decode(root, of: body) }
    }

    private static func decode(_ root: JSONCursor, of body: Body) throws(BodyRejection) -> DecodedMatch {
        var envelope = try Envelope(root, of: body)
        var decoder = MatchDecoder(body: body)
        try decoder.read(envelope.info)
        decoder.settleDuration()
        envelope.add(infoExtra: decoder.infoExtra, novelties: decoder.novelties)
        var match = decoder.match
        match.dataVersion = envelope.dataVersion
        match.listed = envelope.listed
        match.extra = envelope.extra
        match.novelties = envelope.novelties
        match.isRemake = isRemake(match)
        return match
    }

    private init(body: Body) { self.body = body }

    private mutating func read(_ info: JSONCursor) throws(BodyRejection) {
        guard let participants = info[key: BodyKeys.participants], participants.kind == .array else {
            throw body.rejection("the list of participants is missing", at: "info.participants")
        }
        try read(participants: participants)
        var seesParticipants = false
        for member in info.members {
            if member.keyNumber == BodyKeys.participants, !seesParticipants {
                seesParticipants = true
                continue
            }
            if !take(member) { infoExtra.add(member) }
        }
    }

    /// Puts a member of `info` into its column; false when it does not fit.
    private mutating func take(_ value: JSONCursor) -> Bool {
        if let place = MatchColumns.table.place(of: value) { return match.info.set(place, value) }
        switch value.keyNumber {
        case BodyKeys.gameCreation: return Self.take(time: value, into: &match.createdAt)
        case BodyKeys.gameStartTimestamp: return Self.take(time: value, into: &match.gameStartedAt)
        case BodyKeys.gameEndTimestamp: return Self.take(time: value, into: &match.endedAt)
        case BodyKeys.gameDuration:
            guard duration == nil else { return false }
            duration = value
            return true
        case BodyKeys.teams:
            // An empty list makes no row, and would look like none.
            guard match.teams.isEmpty, value.kind == .array, (1...StorageLimits.participants).contains(value.count)
            else {
                return false
            }
            return take(teams: value)
        case BodyKeys.gameModeMutators:
            let texts = value.elements.map(\.storableText)
            guard match.mutators == nil, value.kind == .array, !texts.contains(nil) else { return false }
            match.mutators = texts.compactMap { $0 }
            return true
        case BodyKeys.participants: return false
        default:
            novelties.insert("info.\(value.keyName)")
            return false
        }
    }

    private static func take(time value: JSONCursor, into place: inout Int64?) -> Bool {
        guard place == nil, let time = value.int64, times.contains(time) else { return false }
        place = time
        return true
    }

    /// Before patch 11.20, which began to tell the end of a game, durations were milliseconds.
    private mutating func settleDuration() {
        guard let duration else { return }
        guard let value = duration.int64, value >= 0 else {
            return infoExtra.add("gameDuration", duration)
        }
        let isMilliseconds = match.endedAt == nil && value > 0
        let seconds = isMilliseconds ? value / 1000 : value
        if seconds <= Self.maximumDuration {
            match.durationSeconds = Int32(truncatingIfNeeded: seconds)
        }
        if isMilliseconds || seconds > Self.maximumDuration { infoExtra.add("gameDuration", duration) }
    }

    private static func isRemake(_ match: DecodedMatch) -> Bool {
        guard let seconds = match.durationSeconds, seconds < remakeSeconds else { return false }
        return !match.participants.isEmpty
            && match.participants.allSatisfy { $0.row[ParticipantColumns.endedEarly].boolean == true }
    }

    // MARK: Participants

    private mutating func read(participants: JSONCursor) throws(BodyRejection) {
        guard participants.count <= StorageLimits.participants else {
            throw body.rejection("it has \(participants.count) participants", at: "info.participants")
        }
        match.challenges = DetailTable(participants: participants.count)
        match.missions = DetailTable(participants: participants.count)
        for (place, value) in participants.elements.enumerated() {
            guard value.kind == .object else {
                throw body.rejection("a participant is not an object", at: "info.participants[\(place)]")
            }
            var reader = ParticipantReader(place: place)
            reader.read(value, challenges: &match.challenges, missions: &match.missions)
            match.participants.append(reader.participant)
            if !reader.novelties.isEmpty { novelties.formUnion(reader.novelties) }
        }
        numberParticipants(participants)
    }

    /// Keeps Riot's numbers where they can be a key, and gives those without one the first that is free.
    private mutating func numberParticipants(_ values: JSONCursor) {
        var taken: Set<Int16> = []
        var without: [Int] = []
        for (place, value) in values.elements.enumerated() {
            let number = value[key: BodyKeys.participantID]?.int64.flatMap { Int16(exactly: $0) }
            if let number, taken.insert(number).inserted {
                match.participants[place].number = number
            } else {
                without.append(place)
                if let unfit = value[key: BodyKeys.participantID] {
                    match.participants[place].extra.add("participantId", unfit)
                }
            }
        }
        for place in without {
            var number: Int16 = 1
            while !taken.insert(number).inserted { number += 1 }
            match.participants[place].number = number
        }
    }

    // MARK: Teams

    private mutating func take(teams: JSONCursor) -> Bool {
        var decoded: [DecodedTeam] = []
        for value in teams.elements {
            guard value.kind == .object else { return false }
            var reader = TeamReader()
            reader.read(value)
            decoded.append(reader.team)
            if !reader.novelties.isEmpty { novelties.formUnion(reader.novelties) }
        }
        match.teams = decoded
        return true
    }
}
