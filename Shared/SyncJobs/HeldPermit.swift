import Reactor
import RiotClient

/// The permit with which a queue job was claimed, handed to the method that both roads share.
final class HeldPermit: Sendable {
    @TaskLocal static var current: HeldPermit?

    private let permit: Lock<Permit?>

    init(_ permit: Permit) { self.permit = Lock(permit) }

    /// Takes the permit out; nil when it is used already.
    func take() -> Permit? {
        permit.withLock { held in
            defer { held = nil }
            return held
        }
    }
}
