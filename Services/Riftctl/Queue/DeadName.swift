import ArgumentParser
import Storage

/// What names a dead letter on a command line: `match:NA1_5012345678`, `timeline:NA1_5012345678`, `player:<task id>`.
struct DeadName: ExpressibleByArgument, Equatable, Sendable {
    let kind: DeadLetterKind
    let subject: String

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = DeadLetterKind(rawValue: String(parts[0])), !parts[1].isEmpty else {
            return nil
        }
        self.kind = kind
        subject = String(parts[1])
    }

    /// The parameters that mean it.
    var members: CallMembers {
        var members = CallMembers()
        members.add("kind", kind.rawValue)
        members.add("subject", subject)
        return members
    }
}
