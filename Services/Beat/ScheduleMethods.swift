import JSONRPC
import Storage

/// The methods by which operators see and steer the schedule; any beat answers, whoever leads.
struct ScheduleMethods: Sendable {
    /// The longest reason of a pause, in bytes.
    static let longestReason = 500

    let schedule: Schedule
    let runner: ScheduleRunner
    let storage: Storage
    /// Epoch milliseconds.
    let now: @Sendable () -> Int64

    /// Adds the methods.
    func add(to table: inout MethodTable) {
        let name = ParameterDescription("name", type: .string, summary: "The entry.")
        table.add("schedule.list", summary: "The entries, when they are due and how they last ran.", parameters: []) {
            (_: NoParameters, _) in try await list()
        }
        table.add(
            "schedule.run",
            summary: "Runs an entry now, besides its schedule, also when it is paused or off.",
            parameters: [
                name,
                ParameterDescription(
                    "dry_run",
                    type: .boolean,
                    required: false,
                    summary: "Only tell what would be done."
                ),
            ],
            errors: [.notFound, .dependencyDown]
        ) { (parameters: RunParameters, _) in try await run(parameters) }
        table.add(
            "schedule.pause",
            summary: "Lets an entry's ticks pass by until it is resumed; holds for all beats, and over restarts.",
            parameters: [
                name,
                ParameterDescription("reason", type: .string, required: false, summary: "Why, for other operators."),
            ],
            errors: [.notFound, .dependencyDown]
        ) { (parameters: PauseParameters, _) in try await pause(parameters) }
        table.add(
            "schedule.resume",
            summary: "Has an entry's ticks run again; those that passed meanwhile are not made up for.",
            parameters: [name],
            errors: [.notFound, .dependencyDown]
        ) { (parameters: PauseParameters, _) in try await resume(parameters) }
    }

    func list() async throws -> [ListedEntry] {
        let (runs, memories) = try await keepingDependencyErrors {
            (try await storage.lastScheduleRuns(), try await storage.scheduleEntries())
        }
        let now = now()
        return schedule.entries.map { entry in
            ListedEntry(
                entry,
                in: schedule,
                memory: memories.first { $0.entry == entry.name },
                last: runs.first { $0.entry == entry.name },
                now: now
            )
        }
    }

    /// Runs an entry at once.
    ///
    /// A real run is written down like a scheduled one, under the moment it was asked for.
    func run(_ parameters: RunParameters) async throws -> RunResult {
        let entry = try entry(parameters.name)
        let isDryRun = parameters.dryRun ?? false
        let detail: String
        do {
            detail = isDryRun ? try await entry.action(true) : try await runByHand(entry)
        } catch let error as JSONRPCClientError {
            throw error.rpcError ?? JSONRPCError(.dependencyDown, error.message)
        }
        return RunResult(name: entry.name, dryRun: isDryRun, detail: detail)
    }

    func pause(_ parameters: PauseParameters) async throws -> PauseResult {
        let entry = try entry(parameters.name)
        guard (parameters.reason ?? "").utf8.count <= Self.longestReason else {
            throw JSONRPCError.invalidParameters("reason: at most \(Self.longestReason) bytes")
        }
        let isNew = try await keepingDependencyErrors {
            try await storage.pauseScheduleEntry(entry.name, reason: parameters.reason, at: now())
        }
        return PauseResult(name: entry.name, isPaused: true, isChanged: isNew)
    }

    func resume(_ parameters: PauseParameters) async throws -> PauseResult {
        let entry = try entry(parameters.name)
        let wasPaused = try await keepingDependencyErrors {
            try await storage.resumeScheduleEntry(entry.name, at: now())
        }
        return PauseResult(name: entry.name, isPaused: false, isChanged: wasPaused)
    }

    private func entry(_ name: String) throws(JSONRPCError) -> ScheduleEntry {
        guard let entry = schedule.entry(named: name) else {
            let known = schedule.entries.map(\.name).joined(separator: ", ")
            throw JSONRPCError.notFound("There is no entry \(name.prefix(64)); there are: \(known).")
        }
        return entry
    }

    private func runByHand(_ entry: ScheduleEntry) async throws -> String {
        let tick = try await keepingDependencyErrors { try await claim(entry) }
        let result: Result<String, any Error> = await runner.holding(entry, tick: tick, attempt: 1) {
            do { return .success(try await entry.action(false)) } catch { return .failure(error) }
        }
        let (succeeded, detail) =
            switch result {
            case .success(let detail): (true, detail)
            case .failure(let error): (false, String(describing: error))
            }
        try await keepingDependencyErrors {
            try await runner.record(entry, tick: tick, attempt: 1, succeeded: succeeded, detail: detail)
        }
        return try result.get()
    }

    /// A row of its own for a run by hand: never that of a tick, which are full minutes, nor of another one by hand.
    private func claim(_ entry: ScheduleEntry) async throws -> Int64 {
        var tick = now()
        while true {
            if tick % 60_000 != 0,
                try await storage.claimTick(entry: entry.name, tick: tick, isByHand: true, runner: runner.name)
            {
                return tick
            }
            tick += 1
        }
    }
}
