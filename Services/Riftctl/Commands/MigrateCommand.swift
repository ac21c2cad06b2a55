import ArgumentParser
import ServiceRuntime

struct MigrateCommand: AsyncParsableCommand {
    enum Action: String, ExpressibleByArgument, CaseIterable {
        case up
        case status
    }

    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings the database to this program's schema, or shows its steps.",
        discussion: """
            Works on DATABASE_URL, else on the private database of the stack that runs here. status, which is what it \
            does without a word, ends with 0 when this program can use the schema as it is, else with 78.
            """
    )

    @Argument(help: "up or status.")
    var action = Action.status

    func run() async throws {
        let migrations = Migrations(try DatabaseAccess(try Settings.load(flags: [:])))
        switch action {
        case .up:
            try await migrations.apply()
            Console.standard.say("The database has this program's schema.")
        case .status:
            try await migrations.show(on: .standard)
        }
    }
}
