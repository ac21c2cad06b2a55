import ServiceRuntime
import Storage

/// The questions by their names.
enum QuestionList {
    /// All of them with their titles, columns aligned.
    static var lines: [String] {
        let width = Question.all.map(\.name.count).max() ?? 0
        return Question.all.map { question in
            let number = question.number < 10 ? " \(question.number)" : "\(question.number)"
            let name = question.name + String(repeating: " ", count: width - question.name.count)
            return "\(number)  \(name)  \(question.title)"
        }
    }

    /// What one of them answers, and its columns.
    static func details(of question: Question) -> [String] { [question.title + ".", ""] + question.details }

    /// The question of that name or number; the failure names those like it, or all.
    static func question(_ name: String) throws(CommandFailure) -> Question {
        if let question = Question(named: name) { return question }
        let names = Question.all.map(\.name)
        let near = NearNames.closest(to: name, in: names)
        throw CommandFailure(
            .usage,
            "There is no question '\(name)'. "
                + (near.isEmpty ? "There are: " : "Like it: ") + (near.isEmpty ? names : near).joined(separator: ", ")
                + ". riftctl query --list shows what they answer."
        )
    }
}
