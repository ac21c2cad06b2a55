import ArgumentParser
import FoundationEssentials
import ServiceRuntime
import Supervision

struct MigrateCommand: AsyncParsableCommand {
    enum Action: String, ExpressibleByArgument, CaseIterable {
        case up
        case status
    }

    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings the database to this program's schema, or tells whether it is there.",
        discussion: "Works on DATABASE_URL, else on the private database of the stack that runs here."
    )

    @Argument(help: "up or status.")
    var action = Action.status

    func run() async throws {
        let settings = try Settings.load(flags: [:])
        let migrations = Migrations(databaseURL: try databaseURL(settings), keyScope: settings.riotKeyScope)
        switch action {
        case .up:
            try await migrations.apply()
            Console.standard.say("The database has this program's schema.")
        case .status:
            try await migrations.check()
            Console.standard.say("The database has this program's schema; nothing is to be done.")
        }
    }

    private func databaseURL(_ settings: Settings) throws -> String? {
        if settings.hasDatabase { return settings.databaseURL?.reveal() }
        guard let state = try StackState.read(from: settings.runtimeDirectory), let url = state.databaseURL else {
            throw CommandFailure(
                .configuration,
                "Which database? Set DATABASE_URL, or start the private one with compose/up."
            )
        }
        return url
    }
}
