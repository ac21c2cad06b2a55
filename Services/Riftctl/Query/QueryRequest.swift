import ArgumentParser
import RiotModels
import ServiceRuntime
import Storage

/// How an answer is printed.
enum QueryFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case csv
    case json
}

/// What is asked of the database, checked before it is.
struct QueryRequest: Sendable {
    /// An answer as it is printed.
    struct Output: Sendable {
        let text: String
        let isCut: Bool
    }

    let question: Question
    let player: RiotID
    let year: Int?
    let platform: Platform?
    let queues: QueueChoice
    let minimum: Int?
    let format: QueryFormat

    init(_ command: QueryCommand) throws(CommandFailure) {
        guard let name = command.name else {
            throw CommandFailure(.usage, "Which question? riftctl query --list names them.")
        }
        question = try QuestionList.question(name)
        guard let player = command.player else {
            throw CommandFailure(.usage, "Whose matches? Name the player: --player 'Name#TAG'.")
        }
        do {
            self.player = try RiotID(parsing: player)
        } catch {
            throw CommandFailure(.usage, "--player: \(error).")
        }
        if let year = command.year, !(2009...9999).contains(year) {
            throw CommandFailure(.usage, "--year \(year): the game began in 2009, and years have four digits.")
        }
        year = command.year
        platform = try command.platform.map { text throws(CommandFailure) in
            guard let platform = Platform(rawValue: text.lowercased()) else {
                let names = Platform.requestable.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(.usage, "--platform \(text): there is no such platform; there are \(names).")
            }
            return platform
        }
        guard let queues = QueueChoice(parsing: command.queue) else {
            throw CommandFailure(
                .usage,
                "--queue \(command.queue): ranked, rift, all, or Riot's numbers with commas between them, such as 420,440."
            )
        }
        self.queues = queues
        if let minimum = command.minimum, !(1...Int(Int32.max)).contains(minimum) {
            throw CommandFailure(.usage, "--minimum \(minimum): it is a whole number from 1 to \(Int32.max).")
        }
        minimum = command.minimum
        format = command.format
    }

    /// Finds the player, asks the question and puts the answer into its form.
    func output(from storage: Storage) async throws -> Output {
        guard let summoner = try await storage.summoner(named: player) else {
            throw CommandFailure(.usage, try await unknownPlayer(storage))
        }
        let filter = QuestionFilter(
            summonerID: summoner.id,
            year: year,
            platform: platform,
            queues: queues,
            minimum: minimum
        )
        if format == .json {
            let answer = try await storage.objects(question, filter)
            return Output(text: "[" + answer.objects.joined(separator: ",\n ") + "]", isCut: answer.isCut)
        }
        let answer = try await storage.answer(question, filter)
        return Output(
            text: format == .csv ? AnswerCSV(answer).text : AnswerTable(answer).lines.joined(separator: "\n"),
            isCut: answer.isCut
        )
    }

    private func unknownPlayer(_ storage: Storage) async throws -> String {
        let near = NearNames.closest(to: player.description, in: try await storage.summonerNames(like: player))
        return "Nobody here is called \(player)."
            + (near.isEmpty ? "" : " Like it: \(near.joined(separator: ", ")).")
            + " Only players who were in a match that is stored are known; riftctl sync fetches a player's matches."
    }
}
