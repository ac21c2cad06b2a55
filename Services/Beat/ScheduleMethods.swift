import JSONRPC
import ServiceRuntime
import Storage

/// Parameters of `schedule.run`.
struct RunParameters: Codable, Sendable {
    let name: String
    let dryRun: Bool?

    enum CodingKeys: String, CodingKey {
        case name
        case dryRun = "dry_run"
    }
}

/// Answer of `schedule.run`.
struct RunResult: Codable, Sendable {
    let name: String
    let dryRun: Bool
    let detail: String

    enum CodingKeys: String, CodingKey {
        case name, detail
        case dryRun = "dry_run"
    }
}

/// One entry of `schedule.list`.
struct ListedEntry: Codable, Sendable {
    let name: String
    let summary: String
    let cron: String
    let nextTick: String?
    let lastTick: String?
    let lastFinishedAt: String?
    let lastOutcome: String?
    let lastDetail: String?

    enum CodingKeys: String, CodingKey {
        case name, summary, cron
        case nextTick = "next_tick"
        case lastTick = "last_tick"
        case lastFinishedAt = "last_finished_at"
        case lastOutcome = "last_outcome"
        case lastDetail = "last_detail"
    }

    init(_ entry: ScheduleEntry, last: ScheduleRun?, now: Int64) {
        name = entry.name
        summary = entry.summary
        cron = entry.cron.description
        nextTick = entry.cron.next(after: now).map(EpochTime.iso8601)
        lastTick = (last?.tick).map(EpochTime.iso8601)
        lastFinishedAt = (last?.finishedAt).map(EpochTime.iso8601)
        lastOutcome = last.map { $0.outcome ?? "unfinished" }
        lastDetail = last?.detail
    }
}

/// The methods by which operators see the schedule and run its entries; any beat answers, whoever leads.
struct ScheduleMethods: Sendable {
    let schedule: Schedule
    let storage: Storage
    /// Epoch milliseconds.
    let now: @Sendable () -> Int64

    /// Adds the methods.
    func add(to table: inout MethodTable) {
        table.add("schedule.list", summary: "The entries, when they are due and how they last ran.", parameters: []) {
            (_: NoParameters, _) in try await list()
        }
        table.add(
            "schedule.run",
            summary: "Runs an entry now, besides its schedule.",
            parameters: [
                ParameterDescription("name", type: .string, summary: "The entry."),
                ParameterDescription(
                    "dry_run",
                    type: .boolean,
                    required: false,
                    summary: "Only tell what would be done."
                ),
            ],
            errors: [.notFound, .dependencyDown]
        ) { (parameters: RunParameters, _) in try await run(parameters) }
    }

    func list() async throws -> [ListedEntry] {
        let runs = try await keepingDependencyErrors { try await storage.lastScheduleRuns() }
        let now = now()
        return schedule.entries.map { entry in
            ListedEntry(entry, last: runs.first { $0.entry == entry.name }, now: now)
        }
    }

    /// Runs an entry at once.
    ///
    /// A real run is written down like a scheduled one, under the moment it was asked for.
    func run(_ parameters: RunParameters) async throws -> RunResult {
        guard let entry = schedule.entry(named: parameters.name) else {
            let known = schedule.entries.map(\.name).joined(separator: ", ")
            throw JSONRPCError.notFound("There is no entry \(parameters.name.prefix(64)); there are: \(known).")
        }
        let isDryRun = parameters.dryRun ?? false
        let tick = now()
        if !isDryRun {
            _ = try await keepingDependencyErrors { try await storage.claimTick(entry: entry.name, tick: tick) }
        }
        let result: Result<String, any Error>
        do { result = .success(try await entry.action(isDryRun)) } catch { result = .failure(error) }
        if !isDryRun { try await record(entry, tick, result) }
        do {
            return RunResult(name: entry.name, dryRun: isDryRun, detail: try result.get())
        } catch let error as JSONRPCClientError {
            throw error.rpcError ?? JSONRPCError(.dependencyDown, error.message)
        }
    }

    private func record(_ entry: ScheduleEntry, _ tick: Int64, _ result: Result<String, any Error>) async throws {
        let (succeeded, detail) =
            switch result {
            case .success(let detail): (true, detail)
            case .failure(let error): (false, String(describing: error))
            }
        // Shield: a caller that went away does not keep the run from being written down.
        try await Task { [storage] in
            try await storage.finishTick(entry: entry.name, tick: tick, succeeded: succeeded, detail: detail)
        }.value
    }
}
