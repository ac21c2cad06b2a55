import Supervision

/// Waiting for something that tells nobody when it happens.
public enum Arrival {
    /// How long anything may take.
    public static let patience = Duration.seconds(60)

    /// Looks until `condition` holds; false when it did not in time.
    public static func comes(_ condition: @Sendable @escaping () async throws -> Bool) async -> Bool {
        await Readiness { _ in ((try? await condition()) ?? false) ? .ready : .notYet("not yet") }
            .wait(until: .now + patience) == .ready
    }
}

/// Servers of a test do not do what they should.
struct ScratchServerFailed: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}
