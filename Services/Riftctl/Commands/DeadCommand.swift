import ArgumentParser
import ServiceRuntime

struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead",
        abstract: "Shows what was given up, tries it again, or forgets it.",
        discussion: """
            Asks an orchestrator. A letter is named by its job: match:NA1_5012345678, timeline:NA1_5012345678, or \
            player:TASK for a sync that could not list its matches. What Riot says that it does not have (404) is \
            unavailable rather than failed, and left out unless it is named or --missing is given.
            """,
        subcommands: [List.self, Show.self, Retry.self, Drop.self],
        defaultSubcommand: List.self
    )

    struct Filter: ParsableArguments {
        @Option(help: "match, timeline or player.")
        var kind: String?

        @Option(help: "What failures of one cause have in common (CAUSE of the lists).")
        var fingerprint: String?

        @Option(help: "americas, asia, europe or sea.")
        var route: String?

        @Option(help: "A platform, such as na1.")
        var platform: String?

        @Flag(help: "Also what Riot says that it does not have (404).")
        var missing = false

        var members: CallMembers {
            var members = CallMembers()
            members.add("kind", kind)
            members.add("fingerprint", fingerprint)
            members.add("route", route)
            members.add("platform", platform)
            members.add("missing", missing)
            return members
        }

        var isEmpty: Bool { kind == nil && fingerprint == nil && route == nil && platform == nil && !missing }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists letters, those that failed last first.")

        @OptionGroup var filter: Filter

        @Flag(help: "How many there are of each cause, instead of single ones.")
        var groups = false

        @Option(help: "How many at most, 1 to 1000.")
        var limit = 50

        @Option(help: "Go on where a list ended.")
        var cursor: String?

        @OptionGroup var connection: QueueCommand.Connection

        func run() async throws {
            var members = filter.members
            members.add("grouped", groups)
            members.add("limit", limit)
            members.add("cursor", cursor)
            try await connection.show("queue.dead.list", members) { answer in
                DeadDisplay.list(try DeadListMessage(answer: answer))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows one letter with all that is known of it.")

        @Argument(help: "match:NA1_5012345678, timeline:NA1_5012345678 or player:TASK.")
        var letter: DeadName

        @OptionGroup var connection: QueueCommand.Connection

        func run() async throws {
            try await connection.show("queue.dead.show", letter.members) { answer in
                DeadDisplay.lines(try DeadShowMessage(answer: answer))
            }
        }
    }

    /// Single letters, or all of a kind or cause.
    struct Choice: ParsableArguments {
        @Argument(help: "match:NA1_5012345678, timeline:NA1_5012345678 or player:TASK.")
        var letters: [DeadName] = []

        @OptionGroup var filter: Filter

        @Flag(help: "Only count.")
        var dryRun = false

        @OptionGroup var connection: QueueCommand.Connection

        func validate() throws {
            if !letters.isEmpty {
                guard filter.isEmpty else { throw ValidationError("Either letters, or --kind and --fingerprint.") }
            } else if filter.kind == nil, filter.fingerprint == nil {
                throw ValidationError("Which? Name letters, or give --kind or --fingerprint.")
            }
        }

        func change(_ method: String, lines: (DeadChangeMessage) -> [String]) async throws {
            let calls = letters.isEmpty ? [filter.members] : letters.map(\.members)
            let run = DeadRun(
                socket: ServiceSocket(connection.service, try Settings.load(flags: [:])),
                console: .standard,
                isJSON: connection.json
            )
            try await run.run(
                method,
                calls.map { members in
                    var members = members
                    members.add("dry_run", dryRun)
                    return members
                },
                lines: lines
            )
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tries letters again: those named, or all of a kind or cause.",
            discussion: """
                They go behind what somebody waits for. What is stored then is no letter any more; tasks that have ended \
                keep their counts. A sync that failed is started again as a new task.
                """
        )

        @OptionGroup var choice: Choice

        func run() async throws { try await choice.change("queue.dead.retry", lines: DeadDisplay.retried) }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forgets letters: those named, or all of a kind or cause.",
            discussion: "Tasks keep their counts. The next sync that lists such a match asks for it again."
        )

        @OptionGroup var choice: Choice

        func run() async throws { try await choice.change("queue.dead.drop", lines: DeadDisplay.dropped) }
    }
}
