import ArgumentParser
import ServiceRuntime
import Storage

struct DeriveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "derive",
        abstract: "Makes the rows of matches and timelines again from the bodies as received.",
        discussion: """
            For after a change of the parser. Works on DATABASE_URL, else on the private database of the stack that runs \
            here, beside running services, and asks nothing of Riot. It can be ended or killed at any instant: begun \
            again, it goes on where it was. Several can run at a time. A body that is damaged, or that the parser \
            refuses, keeps its rows and is listed by riftctl rejected.
            """
    )

    @Flag(help: "Only show how many bodies have rows of this program's parser.")
    var status = false

    @Option(help: "Stop after so many bodies.")
    var limit: Int?

    @Option(help: "Bodies of one transaction, 1 to \(StorageLimits.deriveBatch).")
    var batch = Deriver.Options().batch

    @Option(help: "Bodies a second at most; as fast as it goes if absent.")
    var rate: Double?

    @Flag(help: "Those too whose rows this program's parser made; from the beginning each time.")
    var all = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit: 1 or more, not \(limit)") }
        guard (1...StorageLimits.deriveBatch).contains(batch) else {
            throw ValidationError("--batch: 1 to \(StorageLimits.deriveBatch), not \(batch)")
        }
        if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate: more than 0, not \(rate)") }
    }

    func run() async throws {
        var options = Deriver.Options()
        options.batch = batch
        options.limit = limit
        options.rate = rate
        options.includesCurrent = all
        let access = try DatabaseAccess(try Settings.load(flags: [:]))
        try await access.withCurrentStorage { storage in
            if status {
                let status = try await storage.deriveStatus()
                for line in DeriveDisplay.table(status).lines { Console.standard.say(line) }
            } else {
                try await DeriveRun(storage: storage, options: options, console: .standard).untilSignalled()
            }
        }
    }
}
