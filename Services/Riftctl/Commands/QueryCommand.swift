import ArgumentParser
import ServiceRuntime
import Storage

struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Asks one of twenty questions about a player's matches, and prints the answer.",
        discussion: """
            Works on DATABASE_URL, else on the private database of the stack that runs here, and changes nothing. \
            --list names the questions.
            Example: riftctl query lane_lead --player 'Name#NA1' --year 2025
            """
    )

    @Argument(help: "The question's name or number.")
    var name: String?

    @Option(help: "The player: a Riot ID, 'Name#TAG'.")
    var player: String?

    @Option(help: "Only matches of that year, in UTC.")
    var year: Int?

    @Option(help: "Only matches of that platform, such as na1, euw1 or kr.")
    var platform: String?

    @Option(help: "ranked, rift (five against five on Summoner's Rift), all, or Riot's numbers: 420,440.")
    var queue = "ranked"

    @Option(help: "How many games, or whatever the question counts, a line needs to be shown.")
    var minimum: Int?

    @Option(help: "table, csv (RFC 4180) or json.")
    var format = QueryFormat.table

    @Flag(help: "Name all questions, or say what the named one answers.")
    var list = false

    func run() async throws {
        if list {
            let lines = try name.map { QuestionList.details(of: try QuestionList.question($0)) } ?? QuestionList.lines
            for line in lines { Console.standard.say(line) }
            return
        }
        let request = try QueryRequest(self)
        let settings = try Settings.load(flags: [:])
        let database = try QueryDatabase(settings)
        let output = try await database.withStorage { try await request.output(from: $0) }
        Console.standard.say(output.text)
        if output.isCut {
            Console.standard.complain("Only the first \(QuestionLimits.rows) rows are shown; ask for fewer.")
        }
    }
}
