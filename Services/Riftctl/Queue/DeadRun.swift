import FoundationEssentials
import ServiceRuntime

/// Tries dead letters again, or forgets them, in as many calls as they need.
struct DeadRun: Sendable {
    /// How long one call may take.
    static let patience = Duration.seconds(60)
    /// Letters of a call, for the bound on the number of calls; a letter that fails meanwhile is not met for ever.
    static let smallestBatch = 100

    let socket: ServiceSocket
    let console: Console
    let isJSON: Bool

    /// Calls `method` for each of the parameters until nothing of them is left, and shows the sum.
    func run(
        _ method: String,
        _ calls: [CallMembers],
        lines: (DeadChangeMessage) -> [String]
    ) async throws(CommandFailure) {
        var sum = DeadChangeMessage()
        for members in calls { sum = try await sum + run(method, members) }
        console.endProgress()
        if isJSON { return console.say(Self.json(sum)) }
        for line in lines(sum) { console.say(line) }
    }

    private func run(_ method: String, _ members: CallMembers) async throws(CommandFailure) -> DeadChangeMessage {
        var sum = DeadChangeMessage()
        var rounds = 1
        while rounds > 0 {
            let answer = try await socket.call(method, parameters: members.json, within: Self.patience)
            let next = try DeadChangeMessage(answer: answer)
            if sum.count == 0 { rounds += (next.left + Self.smallestBatch - 1) / Self.smallestBatch }
            sum = sum + next
            rounds = next.left == 0 || next.dryRun || next.count == 0 ? 0 : rounds - 1
            if !isJSON { console.show(progress: "\(sum.count) done, \(sum.left) left") }
        }
        return sum
    }

    private static func json(_ sum: DeadChangeMessage) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(sum)).map { JSONIndent.indented(Array($0)) } ?? "{}"
    }
}
