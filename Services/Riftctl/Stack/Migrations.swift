import Storage

/// The schema of a database, seen from the command line.
struct Migrations: Sendable {
    let access: DatabaseAccess

    init(_ access: DatabaseAccess) { self.access = access }

    /// Brings the database to this program's schema.
    func apply() async throws {
        try await access.withStorage { try await $0.migrate() }
    }

    /// Shows all steps.
    ///
    /// - Throws: `CommandFailure` when this program cannot use the schema as it is.
    func show(on console: Console) async throws {
        try await access.withStorage { storage in
            let report = try await storage.schemaReport()
            for line in Self.table(report).lines { console.say(line) }
            if let problem = report.problem { throw problem }
        }
    }

    static func table(_ report: SchemaReport) -> TextTable {
        TextTable(
            header: ["STEP", "NAME", "STATE", "APPLIED"],
            rows: report.steps.map { step in
                [
                    String(step.number), step.name, step.state.rawValue,
                    step.appliedAt.map { EpochText.second($0) } ?? "-",
                ]
            }
        )
    }
}
