import RiotModels
import ServiceRuntime
import Storage

/// Finds the one player that an operator means.
struct PlayerChoice: Sendable {
    let reference: PersonReference
    let platform: Platform?
    private let text: String

    init(_ text: String, platform: String?) throws(CommandFailure) {
        self.text = text
        do {
            reference = try PersonReference(parsing: text)
        } catch {
            throw CommandFailure(.usage, "\(error.message).")
        }
        guard let platform else {
            self.platform = nil
            return
        }
        guard let known = Platform(rawValue: platform.lowercased()) else {
            throw CommandFailure(.usage, "'\(platform)' is no platform; one is na1, euw1 or kr.")
        }
        self.platform = known
    }

    /// The player.
    ///
    /// - Throws: `CommandFailure` when nobody is meant, several are, or somebody who only had the name before.
    func find(in storage: Storage) async throws -> Person {
        let found = try await storage.persons(reference, on: platform)
        guard let person = found.first else {
            throw CommandFailure(.unavailable, "Nothing is held on '\(text)'.")
        }
        guard found.count == 1 else { throw CommandFailure(.usage, Self.several(found)) }
        if case .riotID(let id) = reference, person.foldedName != id.foldedKey {
            throw CommandFailure(
                .usage,
                "\(id) is a former name of \(person.title). If he is meant, name him so"
                    + (person.summonerID.map { ", or by his number: \($0)." } ?? ".")
            )
        }
        return person
    }

    private static func several(_ persons: [Person]) -> String {
        let lines = persons.map { person in
            "  \(person.summonerID.map(String.init) ?? "-")  \(person.title)  \(person.platforms.joined(separator: " "))"
        }
        return "Several players are known by that name; name one by his number:\n" + lines.joined(separator: "\n")
    }
}
