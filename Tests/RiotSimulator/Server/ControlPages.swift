import FoundationEssentials
import HTTPTypes
import Hummingbird
import RiotModels

/// The pages under `/_sim`: figures, players, and the switches that work while the simulator runs.
struct ControlPages: Sendable {
    private static let bodyLimit = 1 << 20

    let service: RiotService
    let simulation: Simulation
    let connections: ConnectionCount

    private var world: any SimulatedWorld { service.world }

    /// A request that cannot be carried out, with a sentence that says what would be right.
    private struct Refusal: Error {
        let message: String
    }

    private struct Warm: Codable { let bodies: Int }

    private struct Help: Codable {
        let pages: String
        let world: String
    }

    private struct Done: Codable { var ok = true }
    private struct Problem: Codable { let error: String }

    func respond(to request: Request) async -> Response {
        let target = (request.head.path ?? "").dropFirst("/_sim/".count)
        let page = target.prefix { $0 != "?" }
        let query = RiotEndpoint.queryPairs(target)
        do {
            switch (request.method, page) {
            case (.get, ""), (.get, "help"): return json(Help(pages: Self.pages, world: world.title))
            case (.get, "stats"): return json(await simulation.stats(connections: connections.value))
            case (.get, "log"):
                return json(await simulation.requestLog(limit: query["limit"].flatMap { Int($0) } ?? 1000))
            case (.get, "violations"): return json(await simulation.violations)
            case (.get, "use"): return json(await simulation.use(until: try moment(query)))
            case (.get, "players"): return json(listed(query))
            case (.get, "world"): return json(try expectation(query))
            case (.get, "limits"): return json(LimitsChange(await simulation.limits))
            case (.post, "warm"): return json(try await warm(query))
            case (.post, _), (.put, _): return json(try await act(String(page), request))
            default: throw Refusal(message: Self.pages)
            }
        } catch let refusal as Refusal {
            return json(Problem(error: refusal.message), status: .badRequest)
        } catch let error as DecodingError {
            return json(Problem(error: "the JSON does not fit: \(Self.sentence(error))"), status: .badRequest)
        } catch {
            return json(Problem(error: "\(error)"), status: .badRequest)
        }
    }

    private static let pages =
        "GET /_sim/stats, use[?until_ms=600000], violations, log, limits, players, "
        + "world?player=Name%23TAG&year=2025[&platform=na1]; "
        + "POST /_sim/fault, faults/clear, key, latency, limits, retry-after, clock, second-program, lists, missing, "
        + "reset, warm?player=Name%23TAG"

    private static func sentence(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.map(\.stringValue).joined(separator: ".") + ": " + context.debugDescription
        @unknown default: "unreadable"
        }
    }

    // MARK: reading

    private func listed(_ query: [String: String]) -> [PlayerSummary] {
        let year = query["year"]
        let players = world.players().filter { player in
            (query["platform"] == nil || query["platform"] == player.platform.rawValue)
                && (year == nil || player.years[year ?? ""] != nil)
        }
        return query["limit"].flatMap { Int($0) }.map { Array(players.prefix(max(0, $0))) } ?? players
    }

    private func moment(_ query: [String: String]) throws -> Int? {
        guard let text = query["until_ms"] else { return nil }
        guard let moment = Int(text), moment >= 0 else {
            throw Refusal(message: "until_ms is milliseconds since the simulator started, not '\(text)'")
        }
        return moment
    }

    /// Makes the bodies of a player's games before they are measured.
    private func warm(_ query: [String: String]) async throws -> Warm {
        guard let name = query["player"], let account = world.account(named: try RiotID(parsing: name)) else {
            throw Refusal(message: "say whose: /_sim/warm?player=Name%23TAG")
        }
        return Warm(bodies: await service.warm(puuid: account.puuid, route: account.platform.matchRoute))
    }

    private func expectation(_ query: [String: String]) throws -> WorldExpectation {
        guard let name = query["player"], let year = query["year"].flatMap({ Int($0) }), (1...9999).contains(year)
        else {
            throw Refusal(message: "say which: /_sim/world?player=Name%23TAG&year=2025, and &platform= if not his own")
        }
        let riotID = try RiotID(parsing: name)
        guard let account = world.account(named: riotID) else {
            throw Refusal(message: "there is no player \(riotID) in \(world.title)")
        }
        let platform: Platform
        if let text = query["platform"] {
            guard let named = Platform(rawValue: text) else { throw Refusal(message: "\(text) is not a platform") }
            platform = named
        } else {
            platform = account.platform
        }
        guard let expectation = try world.expectation(of: riotID, platform: platform, year: year) else {
            throw Refusal(message: "there is no player \(riotID) in \(world.title)")
        }
        return expectation
    }

    // MARK: acting

    private func act(_ page: String, _ request: Request) async throws -> Done {
        switch page {
        case "fault":
            let rule = try await decode(FaultRule.self, request)
            try refuse(rule.problem)
            guard await simulation.add(rule) else {
                throw Refusal(message: "\(FaultBook.ruleLimit) faults wait already; POST /_sim/faults/clear first")
            }
        case "faults/clear": await simulation.clearFaults()
        case "key": await simulation.setKeyPolicy(try await decode(KeyPolicy.self, request))
        case "latency": await simulation.setLatency(try await decode(Latency.self, request))
        case "limits":
            let change = try await decode(LimitsChange.self, request)
            await simulation.setLimits(try change.applied(to: await simulation.limits))
        case "retry-after":
            await simulation.setOmitsRetryAfter(try await decode(RetryAfter.self, request).omitted)
        case "clock":
            let clock = try await decode(AnswerClock.self, request)
            try refuse(clock.problem)
            await simulation.setClock(clock)
        case "second-program": await simulation.setSecondProgram(try await secondProgram(request))
        case "lists": await simulation.setListFaults(try await decode(ListFaults.self, request))
        case "missing":
            let missing = try await decode(MissingBodies.self, request)
            await simulation.setMissing(matches: missing.matches ?? [], timelines: missing.timelines ?? [])
        case "reset":
            let reset = try await decode(Reset.self, request)
            await simulation.reset(everything: reset.everything ?? false, connections: connections.value)
        default: throw Refusal(message: Self.pages)
        }
        return Done()
    }

    private func refuse(_ problem: String?) throws {
        if let problem { throw Refusal(message: problem) }
    }

    /// Reads a second program; nil for `{"off": true}`.
    private func secondProgram(_ request: Request) async throws -> SecondProgram? {
        let order = try await decode(SecondProgramOrder.self, request)
        try refuse(order.program.problem)
        return order.isOff ? nil : order.program
    }

    /// `{"off": true}`, or a second program.
    private struct SecondProgramOrder: Decodable {
        let program: SecondProgram
        let isOff: Bool

        private enum CodingKeys: CodingKey { case off }

        init(from decoder: any Decoder) throws {
            program = try SecondProgram(from: decoder)
            isOff = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Bool.self, forKey: .off) ?? false
        }
    }

    private struct RetryAfter: Codable { let omitted: Bool }
    private struct Reset: Codable { var everything: Bool? }

    private struct MissingBodies: Codable {
        var matches: [MatchID]?
        var timelines: [MatchID]?
    }

    /// Reads the body; none at all stands for an empty object.
    private func decode<Value: Decodable>(_ type: Value.Type, _ request: Request) async throws -> Value {
        let buffer = try await request.body.collect(upTo: Self.bodyLimit)
        let bytes = buffer.readableBytes == 0 ? [UInt8]("{}".utf8) : [UInt8](buffer.readableBytesView)
        return try JSONDecoder().decode(type, from: Data(bytes))
    }

    private func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return Response(status: .internalServerError) }
        let headers: HTTPFields = [.contentType: "application/json"]
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}
