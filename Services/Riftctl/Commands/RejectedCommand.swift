import ArgumentParser
import FoundationEssentials
import ServiceRuntime
import Storage

struct RejectedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejected",
        abstract: "Shows bodies that could not be understood, and tries them again.",
        discussion: "Works on DATABASE_URL, else on the private database of the stack that runs here.",
        subcommands: [List.self, Show.self, Retry.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists them, by kind and match.")

        @Option(help: "How many at most, 1 to 1000.")
        var limit = 50

        func validate() throws {
            guard (1...1000).contains(limit) else { throw ValidationError("--limit: 1 to 1000, not \(limit)") }
        }

        func run() async throws {
            try await DatabaseAccess(try Settings.load(flags: [:])).withCurrentStorage { storage in
                let bodies = try await storage.rejectedBodies(limit: limit)
                let count = try await storage.rejectedCounts().values.reduce(0, +)
                if bodies.isEmpty { return Console.standard.say("No body is rejected.") }
                for line in RejectedDisplay.table(bodies).lines { Console.standard.say(line) }
                if count > bodies.count { Console.standard.say("… and \(count - bodies.count) more.") }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows what is rejected of one match.")

        @Argument(help: "NA1_5012345678, or only one kind: match:NA1_5012345678, timeline:NA1_5012345678.")
        var id: RejectedName

        @Option(help: "Write the body as it was received into this new file; name one kind then.")
        var save: String?

        func validate() throws {
            if save != nil, id.kind == nil { throw ValidationError("--save: which one, match:… or timeline:…?") }
        }

        func run() async throws {
            try await DatabaseAccess(try Settings.load(flags: [:])).withCurrentStorage { storage in
                let bodies = try await id.find(in: storage)
                for body in bodies {
                    for line in RejectedDisplay.lines(body) { Console.standard.say(line) }
                }
                if let save, let body = bodies.first { try await write(body, to: save, from: storage) }
            }
        }

        private func write(_ body: RejectedBody, to path: String, from storage: Storage) async throws {
            guard let raw = try await storage.rejectedBytes(body.kind, body.id) else {
                throw CommandFailure(.unavailable, "The body of \(body.name) is not kept any more.")
            }
            do {
                try Data(raw.bytes).write(to: URL(filePath: path), options: .withoutOverwriting)
            } catch {
                throw CommandFailure(.usage, "\(path) cannot be written, or is there already.")
            }
            Console.standard.say("written    \(path) (\(raw.isGzip ? "gzip" : "plain JSON"))")
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads the kept bodies again with this program's parser.",
            discussion: """
                Nothing is asked of Riot. What is understood now is stored as if it had been then, and leaves the failed \
                ones of every task; its timeline is fetched where a task wants it.
                """
        )

        @Argument(help: "NA1_5012345678, or only one kind: match:NA1_5012345678, timeline:NA1_5012345678.")
        var ids: [RejectedName] = []

        @Flag(help: "All of them.")
        var all = false

        @Flag(help: "Only tell what would come of it.")
        var dryRun = false

        func validate() throws {
            guard ids.isEmpty == all else { throw ValidationError("Either ids or --all.") }
        }

        func run() async throws {
            let settings = try Settings.load(flags: [:])
            try await DatabaseAccess(settings).withCurrentStorage { storage in
                let run = RejectedRun(
                    storage: storage,
                    orchestrator: ServiceSocket("orchestrator", settings),
                    isDryRun: dryRun,
                    console: .standard
                )
                if all { try await run.all() } else { try await run.some(ids) }
            }
        }
    }
}
