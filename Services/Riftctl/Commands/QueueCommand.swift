import ArgumentParser
import ServiceRuntime

struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Shows what waits and runs, and pauses and resumes kinds of jobs.",
        discussion: "Asks an orchestrator. A pause outlives restarts of everything, also a Redis that was emptied.",
        subcommands: [Stats.self, Tenants.self, Pause.self, Resume.self],
        defaultSubcommand: Stats.self
    )

    /// How long an answer may take.
    static let patience = Duration.seconds(10)

    struct Connection: ParsableArguments {
        @Flag(help: "As JSON.")
        var json = false

        @Option(help: "The service to ask, or the path of its socket.")
        var service = "orchestrator"

        /// Calls the method and shows the lines made of its answer, or the answer.
        func show(
            _ method: String,
            _ members: CallMembers,
            lines: ([UInt8]) throws -> [String]
        ) async throws {
            let socket = ServiceSocket(service, try Settings.load(flags: [:]))
            let answer = try await socket.call(method, parameters: members.json, within: patience)
            if json { return Console.standard.say(JSONIndent.indented(answer)) }
            for line in try lines(answer) { Console.standard.say(line) }
        }
    }

    struct Stats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows how many jobs there are, by route and kind.")

        @Flag(help: "Show lists too where nothing is.")
        var all = false

        @OptionGroup var connection: Connection

        func run() async throws {
            try await connection.show("queue.stats", CallMembers()) { answer in
                QueueDisplay.stats(try [QueueStatsMessage](answer: answer), showsAll: all)
            }
        }
    }

    struct Tenants: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows whose jobs they are, in the order of turns.")

        @Option(help: "match, timeline, player or fin.")
        var kind: String

        @Option(help: "americas, asia, europe or sea.")
        var route: String

        @Option(help: "How many at most, 1 to 1000.")
        var limit = 50

        @OptionGroup var connection: Connection

        func run() async throws {
            var members = CallMembers()
            members.add("kind", kind)
            members.add("route", route)
            members.add("limit", limit)
            try await connection.show("queue.tenants", members) { answer in
                QueueDisplay.tenants(try QueueTenantsMessage(answer: answer))
            }
        }
    }

    struct Place: ParsableArguments {
        @Option(help: "match, timeline or player; all if absent.")
        var kind: String?

        @Option(help: "americas, asia, europe or sea; all if absent.")
        var route: String?

        @OptionGroup var connection: Connection

        func change(_ method: String, isPaused: Bool) async throws {
            var members = CallMembers()
            members.add("kind", kind)
            members.add("route", route)
            try await connection.show(method, members) { answer in
                QueueDisplay.change(try QueuePauseMessage(answer: answer), isPaused: isPaused)
            }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "No more jobs are taken until they are resumed; what runs goes on."
        )

        @OptionGroup var place: Place

        func run() async throws { try await place.change("queue.pause", isPaused: true) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Jobs are taken again, at once.")

        @OptionGroup var place: Place

        func run() async throws { try await place.change("queue.resume", isPaused: false) }
    }
}
