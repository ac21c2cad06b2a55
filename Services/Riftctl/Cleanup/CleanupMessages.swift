import FoundationEssentials
import ServiceRuntime

/// What `maintenance.cleanup_old_data` and `maintenance.cleanup_status` answer.
struct CleanupMessage: Decodable, Sendable, Equatable {
    struct Amount: Decodable, Sendable, Equatable {
        let things: Int
        let rows: Int
        let bytes: Int64
    }

    struct Tally: Decodable, Sendable, Equatable {
        let rule: String
        let found: Amount
        let removed: Amount
    }

    let run: Int
    let dryRun: Bool
    let state: String
    let error: String?
    let tallies: [Tally]

    private enum CodingKeys: String, CodingKey {
        case dryRun = "dry_run"
        case run, state, error, tallies
    }

    init(_ json: [UInt8]) throws(CommandFailure) {
        do {
            self = try JSONDecoder().decode(CleanupMessage.self, from: Data(json))
        } catch {
            throw CommandFailure(.internal, "The answer of the orchestrator cannot be understood; --json shows it.")
        }
    }

    /// One line while it runs.
    var progress: String {
        let (removed, found) = tallies.reduce((0, 0)) { ($0.0 + $1.removed.things, $0.1 + $1.found.things) }
        return dryRun ? "counting: \(found) found" : "removed \(removed) of \(found)"
    }

    /// The table and what there is to say of it.
    var lines: [String] {
        let head = [["CLASS", "FOUND", "ROWS OF THEM", "BYTES"] + (dryRun ? [] : ["REMOVED", "ROWS", "BYTES"])]
        let rows = tallies.map { tally in
            [tally.rule] + Self.cells(tally.found) + (dryRun ? [] : Self.cells(tally.removed))
        }
        return TextTable(rows: head + rows).lines + [sentence]
    }

    private var sentence: String {
        switch state {
        case "done": dryRun ? "Nothing was removed: this was a dry run." : "Done."
        case "running": "Run \(run) goes on."
        default: "Run \(run) \(state): \(error ?? "no reason is known") The next run goes on with what is left."
        }
    }

    private static func cells(_ amount: Amount) -> [String] {
        [String(amount.things), String(amount.rows), String(amount.bytes)]
    }
}
