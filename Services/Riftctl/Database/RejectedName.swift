import ArgumentParser
import RiotModels
import ServiceRuntime
import Storage

/// What names rejected bodies on a command line: a match, and perhaps which of its two bodies.
struct RejectedName: ExpressibleByArgument, Equatable, Sendable {
    /// Nil for both.
    let kind: FetchKind?
    let id: MatchID

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let id = try? MatchID(String(parts[parts.count - 1])) else { return nil }
        if parts.count == 2 {
            guard let kind = FetchKind(rawValue: String(parts[0])) else { return nil }
            self.kind = kind
        } else {
            kind = nil
        }
        self.id = id
    }

    /// The rejected bodies of that name, at least one.
    func find(in storage: Storage) async throws -> [RejectedBody] {
        let bodies = try await storage.rejectedBodies(of: id).filter { kind == nil || $0.kind == kind }
        if bodies.isEmpty { throw CommandFailure(.usage, "No body of \(self) is rejected.") }
        return bodies
    }
}

extension RejectedName: CustomStringConvertible {
    var description: String { (kind.map { "\($0.rawValue):" } ?? "") + id.text }
}
