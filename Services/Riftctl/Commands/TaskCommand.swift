import ArgumentParser
import ServiceRuntime

struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Lists, shows, follows, cancels and repeats syncs through the gateway.",
        subcommands: [List.self, Show.self, Watch.self, Cancel.self, Retry.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists tasks, newest first.")

        @Option(help: "Only these states, such as PROGRESS,RETRY.")
        var state: String?

        @Option(help: "Only tasks of this player, 'Name#TAG'.")
        var player: String?

        @Option(help: "How many, 1 to 100; 20 when it is left out.")
        var limit: Int?

        @Option(help: "Where the page before ended.")
        var cursor: String?

        @Flag(help: "As JSON.")
        var json = false

        func run() async throws {
            let query = TaskQuery(state: state, player: player, limit: limit, cursor: cursor)
            let gateway = GatewayClient(try Settings.load(flags: [:]))
            if json {
                Console.standard.say(JSONIndent.indented(try await gateway.get("/api/v1/tasks\(query.text)")))
            } else {
                for line in try await gateway.tasks(query).lines { Console.standard.say(line) }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows all that is known of a task, as JSON.")

        @Argument(help: "The id of the task.")
        var task: String

        func run() async throws {
            let gateway = GatewayClient(try Settings.load(flags: [:]))
            let answer = try await gateway.get("/api/v1/tasks/\(TaskQuery.encoded(task))")
            Console.standard.say(JSONIndent.indented(answer))
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the progress of a task until it has ended.")

        @Argument(help: "The id of the task.")
        var task: String

        func run() async throws {
            let gateway = GatewayClient(try Settings.load(flags: [:]))
            _ = try await gateway.get("/api/v1/tasks/\(TaskQuery.encoded(task))")  // an unknown one would wait for ever
            let report = try await SyncFollower(gateway: gateway, console: .standard).follow(task)
            for line in SyncSummary(report).lines { Console.standard.say(line) }
            guard report.status == "SUCCESS" else { throw CommandFailure(.unavailable, "The sync did not succeed.") }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancels tasks: what is stored stays, and what others wait for too goes on."
        )

        @Argument(help: "The ids of the tasks.")
        var tasks: [String]

        @Option(help: "Why, for those who look at the task.")
        var reason: String?

        func run() async throws {
            let gateway = GatewayClient(try Settings.load(flags: [:]))
            for task in tasks {
                let report = try await gateway.cancel(task, reason: reason)
                let words = report.status == "REVOKED" ? "is cancelled" : "had ended before: \(report.status)"
                Console.standard.say("\(task) \(words)")
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Syncs the players and years of tasks once more: what failed or was missing is asked for again."
        )

        @Argument(help: "The ids of the tasks.")
        var tasks: [String]

        func run() async throws {
            let gateway = GatewayClient(try Settings.load(flags: [:]))
            for task in tasks {
                let started = try await gateway.retry(task)
                let words = started.deduplicated ? "is under way" : "is tried again"
                Console.standard.say("\(task) \(words) as \(started.taskID)")
            }
        }
    }
}
