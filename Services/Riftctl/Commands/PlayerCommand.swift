import ArgumentParser
import ServiceRuntime
import Storage

struct PlayerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "player",
        abstract: "Exports, erases, hides or follows a player.",
        discussion: """
            A player is named by his Riot ID, 'Name#TAG', by his puuid, or by his number here. Works on DATABASE_URL, \
            else on the private database of the stack that runs here; no service needs to run.
            """,
        subcommands: [
            PlayerExportCommand.self, PlayerEraseCommand.self, PlayerReadmitCommand.self, PlayerHideCommand.self,
            PlayerUnhideCommand.self, PlayerFollowCommand.self, PlayerUnfollowCommand.self,
        ]
    )
}

/// Who is meant.
struct PlayerArguments: ParsableArguments {
    @Argument(help: "A Riot ID, 'Name#TAG', a puuid, or the player's number.")
    var player: String

    @Option(help: "Where he has a profile, such as na1, when several have the name.")
    var platform: String?

    /// Runs `body` with the player.
    func withPlayer(_ body: (Storage, Person) async throws -> Void) async throws {
        let choice = try PlayerChoice(player, platform: platform)
        try await DatabaseAccess(try Settings.load(flags: [:])).withCurrentStorage { storage in
            try await body(storage, try await choice.find(in: storage))
        }
    }

    /// Sets or clears a mark on the player's row, and says what came of it.
    func mark(
        _ set: (Storage, Int) async throws -> Bool,
        done: String,
        already: String
    ) async throws {
        try await withPlayer { storage, person in
            guard let id = person.summonerID else {
                throw CommandFailure(.unavailable, "\(person.title) was never found; only tasks hold the name.")
            }
            Console.standard.say("\(person.title) \(try await set(storage, id) ? done : already)")
        }
    }
}

struct PlayerExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes everything that is held on a player as lines of JSON."
    )

    @OptionGroup var arguments: PlayerArguments

    @Option(help: "A new file; standard output when it is left out.")
    var output: String?

    func run() async throws {
        try await arguments.withPlayer { storage, person in
            let output = try LineOutput(path: output)
            try await storage.export(person) { try output.write($0) }
        }
    }
}

struct PlayerEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erases a player for good: name, puuid and the bodies that hold him. Without --yes it only counts.",
        discussion: """
            Other people's figures stay, and his own without him. A keyed hash keeps him out of later syncs, his own and \
            those of whom he played with. Bodies that were removed cannot be derived again.
            """
    )

    @OptionGroup var arguments: PlayerArguments

    @Flag(help: "Do it.")
    var yes = false

    func run() async throws {
        try await arguments.withPlayer { storage, person in
            let console = Console.standard
            let counts = yes ? try await storage.erase(person) : try await storage.countErasure(person)
            console.say(yes ? "\(person.title) is erased:" : "Erasing \(person.title) would remove:")
            for line in TextTable(rows: counts.lines.map { [$0.what, String($0.count)] }).lines {
                console.say("  \(line)")
            }
            if !yes { console.say("Nothing was removed. With --yes it is, for good.") }
        }
    }
}

struct PlayerReadmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readmit",
        abstract: "Lets a name that was erased be synced again, for somebody who has it now; or a puuid.",
        discussion: "Who was erased stays erased by his puuid when only the name is readmitted, and nothing comes back."
    )

    @Argument(help: "A Riot ID, 'Name#TAG', or a puuid.")
    var player: String

    func run() async throws {
        let choice = try PlayerChoice(player, platform: nil)
        let done = try await DatabaseAccess(try Settings.load(flags: [:])).withCurrentStorage { storage in
            try await storage.readmit(choice.reference)
        }
        guard done else { throw CommandFailure(.unavailable, "'\(player)' was not erased.") }
        Console.standard.say("'\(player)' can be synced again.")
    }
}

struct PlayerHideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hide",
        abstract: "Keeps a player from being shown; what is held of him stays, and syncs go on."
    )

    @OptionGroup var arguments: PlayerArguments

    func run() async throws {
        try await arguments.mark(
            { try await $0.setHidden(true, $1) },
            done: "is hidden.",
            already: "was hidden already."
        )
    }
}

struct PlayerUnhideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unhide",
        abstract: "Shows a player again."
    )

    @OptionGroup var arguments: PlayerArguments

    func run() async throws {
        try await arguments.mark(
            { try await $0.setHidden(false, $1) },
            done: "is shown again.",
            already: "was not hidden."
        )
    }
}

struct PlayerFollowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Has beat keep a player's games, ranks and name up to date, however long ago he was synced."
    )

    @OptionGroup var arguments: PlayerArguments

    func run() async throws {
        try await arguments.mark(
            { try await $0.setFollowed(true, $1) },
            done: "is followed.",
            already: "was followed already."
        )
    }
}

struct PlayerUnfollowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unfollow",
        abstract: "Ends that; for 30 days after a sync he is followed all the same."
    )

    @OptionGroup var arguments: PlayerArguments

    func run() async throws {
        try await arguments.mark(
            { try await $0.setFollowed(false, $1) },
            done: "is not followed any more.",
            already: "was not followed."
        )
    }
}
