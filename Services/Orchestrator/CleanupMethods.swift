import JSONRPC
import Postgres
import ServiceRuntime
import Storage
import SyncJobs

/// Parameters of `maintenance.cleanup_old_data`.
struct CleanupParameters: Codable, Sendable {
    let dryRun: Bool?
    let classes: [String]?

    enum CodingKeys: String, CodingKey {
        case dryRun = "dry_run"
        case classes
    }
}

/// A run of the clean-up, for `maintenance.cleanup_old_data` and `maintenance.cleanup_status`.
struct CleanupResult: Codable, Sendable {
    struct Amount: Codable, Sendable {
        let things: Int
        let rows: Int
        let bytes: Int64

        init(_ amount: CleanupAmount) {
            things = amount.things
            rows = amount.rows
            bytes = amount.bytes
        }
    }

    struct Tally: Codable, Sendable {
        let rule: String
        let found: Amount
        let removed: Amount
    }

    let run: Int
    let dryRun: Bool
    let state: String
    let startedAt: String
    let finishedAt: String?
    let error: String?
    let tallies: [Tally]

    enum CodingKeys: String, CodingKey {
        case dryRun = "dry_run"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case run, state, error, tallies
    }

    init(_ report: CleanupReport) {
        run = report.run
        dryRun = report.isDryRun
        state = report.state.rawValue
        startedAt = EpochTime.iso8601(report.startedAt)
        finishedAt = report.finishedAt.map(EpochTime.iso8601)
        error = report.error
        tallies = report.tallies.map {
            Tally(rule: $0.rule, found: Amount($0.found), removed: Amount($0.removed))
        }
    }
}

/// The methods that remove old data and tell how far that is.
struct CleanupMethods: Sendable {
    /// How long a run may take whose caller names no deadline.
    static let longestRun: Duration = .seconds(540)
    /// How long before its caller's deadline a run begins no further batch.
    static let margin: Duration = .seconds(30)

    let storage: Storage
    /// Those of `CLEANUP_CLASSES`.
    let rules: [CleanupRule]

    func add(to table: inout MethodTable) {
        table.add(
            "maintenance.cleanup_old_data",
            summary: "Counts old data and removes it in small batches, one run at a time; ends with its caller.",
            parameters: [
                ParameterDescription("dry_run", type: .boolean, required: false, summary: "Only count."),
                ParameterDescription(
                    "classes",
                    type: .array,
                    required: false,
                    summary: "Rules such as tasks:30 or games:2021-01-01, instead of those of CLEANUP_CLASSES."
                ),
            ],
            errors: [.conflict, .dependencyDown]
        ) { (parameters: CleanupParameters, context) in try await cleanUp(parameters, context) }
        table.add(
            "maintenance.cleanup_status",
            summary: "The newest run of the clean-up, whatever process runs it: its state, and counts so far.",
            parameters: [],
            errors: [.notFound, .dependencyDown]
        ) { (_: NoParameters, _) in try await status() }
    }

    /// Runs to the end, to the caller's deadline, or until the caller or the service goes.
    func cleanUp(_ parameters: CleanupParameters, _ context: CallContext) async throws -> CleanupResult {
        let rules: [CleanupRule]
        do throws(CleanupRuleError) {
            rules =
                try parameters.classes.map { texts throws(CleanupRuleError) in try CleanupRule.list(texts) }
                ?? self.rules
        } catch {
            throw JSONRPCError.invalidParameters("classes: \(error)")
        }
        let end = context.deadline.map { $0 - Self.margin } ?? .now + Self.longestRun
        do {
            return try await keepingDependencyErrors {
                CleanupResult(try await storage.cleanUp(rules, dryRun: parameters.dryRun ?? false, until: end))
            }
        } catch let error as CleanupIsRunning {
            throw JSONRPCError.conflict(error.description)
        } catch is CancellationError {
            throw JSONRPCError.cancelled
        }
    }

    func status() async throws -> CleanupResult {
        guard let report = try await keepingDependencyErrors({ try await storage.lastCleanup() }) else {
            throw JSONRPCError.notFound("No clean-up has run yet.")
        }
        return CleanupResult(report)
    }
}
