/// Opens connections to the server that an address means at that moment.
///
/// Sentinels are asked anew every time, one after the other, the one that knew it last before the others. What they name
/// must call itself the master; otherwise a failover goes on and the attempt fails, to be repeated by the caller. The
/// next attempt asks another sentinel first: the one that was wrong may be cut off from the others.
/// Not `Sendable` on purpose: it belongs to one actor on the reactor.
final class Connector {
    private let address: RedisAddress
    private let name: String
    private var places: [SentinelGroup.Place] = []

    init(address: RedisAddress, name: String) {
        self.address = address
        self.name = name
        if case .sentinels(let group) = address.endpoint { places = group.places }
    }

    /// Connects, logs in, chooses the database and sees one answer.
    ///
    /// - Throws: ``RedisError/Code/unavailable`` with the reason, ``RedisError/Code/cancelled``.
    func open(timeout: Duration = RedisLimits.connectTimeout) async throws(RedisError) -> Connection {
        let deadline = ContinuousClock.now + timeout
        guard case .sentinels(let group) = address.endpoint else {
            return try await Connection.open(to: address, name: name, until: deadline)
        }
        let (master, source) = try await self.master(of: group, until: deadline)
        do {
            return try await Connection.open(to: master, name: name, mustBeMaster: true, until: deadline)
        } catch {
            if error.code != .cancelled, let index = places.firstIndex(of: source) {
                places.append(places.remove(at: index))
            }
            throw error
        }
    }

    private func master(
        of group: SentinelGroup,
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> (RedisAddress, namedBy: SentinelGroup.Place) {
        var reasons: [String] = []
        for place in places {
            // Never more than half of what is left, so that something is left for the others and for the master.
            let turn = ContinuousClock.now + min(RedisLimits.sentinelTimeout, (deadline - .now) / 2)
            do {
                let found = try await ask(place, of: group, until: turn)
                if let index = places.firstIndex(of: place) { places.insert(places.remove(at: index), at: 0) }
                return (address.server(host: found.host, port: found.port), place)
            } catch {
                if error.code == .cancelled { throw error }
                reasons.append(error.message)
            }
        }
        throw RedisError(
            .unavailable,
            "no sentinel says where the Redis master \(group.master) is: \(reasons.joined(separator: "; "))"
        )
    }

    private func ask(
        _ place: SentinelGroup.Place,
        of group: SentinelGroup,
        until deadline: ContinuousClock.Instant
    ) async throws(RedisError) -> SentinelGroup.Place {
        let sentinel = RedisAddress.sentinel(at: place, of: group)
        let connection = try await Connection.open(to: sentinel, name: name, until: deadline)
        defer { connection.shutDown() }
        let question = try RedisCommand(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", RedisArgument(group.master)])
        let reply = try await connection.exchange([question], until: deadline).first
        if let pair = reply?.array, pair.count == 2, let host = pair[0].text, !host.isEmpty,
            let port = pair[1].int.flatMap({ UInt16(exactly: $0) }), port > 0
        {
            return SentinelGroup.Place(host: host, port: port)
        }
        switch reply {
        case .null: throw RedisError(.unavailable, "the sentinel at \(place) knows no master \(group.master)")
        case .error(let text):
            throw RedisError(.unavailable, "the sentinel at \(place) answers \(text.prefix(RedisLimits.errorText))")
        default: throw RedisError(.unexpectedReply, "the sentinel at \(place) does not answer as a sentinel does")
        }
    }
}
