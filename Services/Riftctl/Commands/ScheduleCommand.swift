import ArgumentParser
import ServiceRuntime

struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Shows what beat does and when, runs entries now, pauses and resumes them.",
        discussion: "Asks a beat, whoever of them leads. Cron lines and their time zone are the settings SCHEDULE and "
            + "SCHEDULE_TIME_ZONE.",
        subcommands: [List.self, Run.self, Pause.self, Resume.self],
        defaultSubcommand: List.self
    )

    /// How long an answer may take that needs no work.
    static let patience = Duration.seconds(10)

    struct Connection: ParsableArguments {
        @Flag(help: "As JSON.")
        var json = false

        @Option(help: "The service to ask, or the path of its socket.")
        var service = "beat"

        /// Calls the method and shows the lines made of its answer, or the answer.
        func show(
            _ method: String,
            _ parameters: String?,
            within patience: Duration = ScheduleCommand.patience,
            lines: ([UInt8]) throws -> [String]
        ) async throws {
            let socket = ServiceSocket(service, try Settings.load(flags: [:]))
            let answer = try await socket.call(method, parameters: parameters, within: patience)
            if json { return Console.standard.say(JSONIndent.indented(answer)) }
            for line in try lines(answer) { Console.standard.say(line) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the entries, when they are due, and their last runs."
        )

        @Flag(help: "Also what each does, what becomes of ticks that went wrong, and what its last run did.")
        var long = false

        @OptionGroup var connection: Connection

        func run() async throws {
            try await connection.show("schedule.list", nil) { answer in
                ScheduleDisplay.lines(try ScheduleMessage.entries(answer), isLong: long)
            }
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Runs an entry now, besides its schedule, also when it is paused or off."
        )

        @Argument(help: "The entry.")
        var name: String

        @Flag(help: "Only tell what would be done.")
        var dryRun = false

        @Option(help: "Seconds that it may take.")
        var timeout = 600

        @OptionGroup var connection: Connection

        func validate() throws {
            guard (1...3_600).contains(timeout) else { throw ValidationError("--timeout: 1 to 3600, not \(timeout)") }
        }

        func run() async throws {
            let parameters = "{\"name\":\(CallParameters.quoted(name)),\"dry_run\":\(dryRun)}"
            try await connection.show("schedule.run", parameters, within: .seconds(timeout)) { answer in
                [try ScheduleMessage.run(answer).detail + "."]
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lets an entry's ticks pass by until it is resumed, for all beats and over restarts."
        )

        @Argument(help: "The entry.")
        var name: String

        @Option(help: "Why, for other operators.")
        var reason: String?

        @OptionGroup var connection: Connection

        func run() async throws {
            let reason = reason.map { ",\"reason\":\(CallParameters.quoted($0))" } ?? ""
            let parameters = "{\"name\":\(CallParameters.quoted(name))\(reason)}"
            try await connection.show("schedule.pause", parameters) { answer in
                ScheduleDisplay.change(try ScheduleMessage.pause(answer))
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Has an entry's ticks run again; those that passed meanwhile are not made up for."
        )

        @Argument(help: "The entry.")
        var name: String

        @OptionGroup var connection: Connection

        func run() async throws {
            try await connection.show("schedule.resume", "{\"name\":\(CallParameters.quoted(name))}") { answer in
                ScheduleDisplay.change(try ScheduleMessage.pause(answer))
            }
        }
    }
}
