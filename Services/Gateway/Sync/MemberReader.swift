import FoundationEssentials
import RiotModels

/// Takes one member of a request body after the other and keeps what is wrong with each.
struct MemberReader {
    private let members: [String: LooseJSON]
    private(set) var errors: [Problem.Member] = []

    /// Reads a body that must be a JSON object.
    init(body: [UInt8]) throws(Problem) {
        guard body.contains(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else {
            throw .badRequest("The body is empty. \(Self.example)")
        }
        guard let json = try? JSONDecoder().decode(LooseJSON.self, from: Data(body)) else {
            throw .badRequest("The body is not JSON. \(Self.example)")
        }
        guard case .object(let members) = json else {
            throw .badMembers([
                .init(pointer: "", detail: "The body is \(json.typeName) and must be an object. \(Self.example)")
            ])
        }
        self.members = members
    }

    private static let example = #"Send for example {"game_name": "Name", "tag_line": "NA1"}."#

    mutating func player() -> RiotID? {
        let gameName = requiredText("game_name")
        let tagLine = requiredText("tag_line")
        // Each part is checked beside a good other one, so that both are told when both are wrong.
        if let gameName {
            check("game_name") { () throws(RiotModelError) in try RiotID(gameName: gameName, tagLine: "1") }
        }
        if let tagLine {
            check("tag_line") { () throws(RiotModelError) in try RiotID(gameName: "x", tagLine: tagLine) }
        }
        guard let gameName, let tagLine else { return nil }
        return try? RiotID(gameName: gameName, tagLine: tagLine)
    }

    mutating func platform() -> Platform? {
        guard let text = optionalText("platform") else {
            return errors.contains { $0.pointer == "/platform" } ? nil : .na1
        }
        if let platform = Platform(rawValue: text.lowercased()), !platform.isRetired { return platform }
        let known = Platform.requestable.map(\.rawValue).joined(separator: ", ")
        refuse("platform", "platform is unknown; it must be one of \(known).")
        return nil
    }

    /// `routing` adds nothing to the platform; given, it must not contradict it.
    mutating func checkRouting(of platform: Platform?) {
        guard let text = optionalText("routing") else { return }
        guard let routing = RegionalRoute(rawValue: text.lowercased()) else {
            let known = RegionalRoute.allCases.map(\.rawValue).joined(separator: ", ")
            return refuse("routing", "routing is unknown; it must be one of \(known), or be left out.")
        }
        guard let platform, routing != platform.matchRoute, routing != platform.accountRoute else { return }
        let right =
            platform.matchRoute == platform.accountRoute
            ? platform.matchRoute.rawValue : "\(platform.matchRoute.rawValue) or \(platform.accountRoute.rawValue)"
        refuse(
            "routing",
            "routing \(routing.rawValue) does not fit platform \(platform.rawValue); \(right) would be right."
        )
    }

    mutating func year(default defaultYear: Int, years: ClosedRange<Int>) -> Int? {
        switch members["year"] {
        case nil, .null: return defaultYear
        case .integer(let number):
            if let year = Int(exactly: number), years.contains(year) { return year }
        default: break
        }
        refuse("year", "year must be a whole number from \(years.lowerBound) to \(years.upperBound).")
        return nil
    }

    // MARK: Members

    private mutating func requiredText(_ name: String) -> String? {
        switch members[name] {
        case .string(let text): return text
        case nil, .null: refuse(name, "\(name) is missing.")
        case .some(let other): refuse(name, "\(name) is \(other.typeName) and must be a text.")
        }
        return nil
    }

    private mutating func optionalText(_ name: String) -> String? {
        switch members[name] {
        case .string(let text): return text
        case nil, .null: return nil
        case .some(let other):
            refuse(name, "\(name) is \(other.typeName) and must be a text.")
            return nil
        }
    }

    private mutating func check(_ name: String, _ build: () throws(RiotModelError) -> RiotID) {
        do {
            _ = try build()
        } catch {
            refuse(name, "\(error.message.prefix(1).uppercased())\(error.message.dropFirst()).")
        }
    }

    private mutating func refuse(_ name: String, _ detail: String) {
        errors.append(.init(pointer: "/\(name)", detail: detail))
    }
}
