import FoundationEssentials

/// A page of the gateway's list of tasks, as far as it is shown here.
struct TaskPage: Decodable, Sendable {
    struct Entry: Decodable, Sendable {
        struct Counts: Decodable, Sendable {
            let processed: Int
            let total: Int
        }

        let taskID: String
        let state: String
        let gameName: String
        let tagLine: String
        let platform: String
        let year: Int
        let progress: Int
        let counts: Counts?
        let queuedAt: String

        private enum CodingKeys: String, CodingKey {
            case taskID = "task_id"
            case gameName = "game_name"
            case tagLine = "tag_line"
            case queuedAt = "queued_at"
            case state, platform, year, progress, counts
        }

        /// The cells of a table.
        var cells: [String] {
            [
                taskID, state, counts.map { "\($0.processed)/\($0.total)" } ?? "-", "\(gameName)#\(tagLine)", platform,
                String(year), queuedAt.prefix(19).replacing("T", with: " ") + "Z",
            ]
        }
    }

    let tasks: [Entry]
    let nextCursor: String?

    private enum CodingKeys: String, CodingKey {
        case tasks
        case nextCursor = "next_cursor"
    }

    /// The page as lines for people.
    var lines: [String] {
        guard !tasks.isEmpty else { return ["There are no such tasks."] }
        let header = ["task", "state", "matches", "player", "platform", "year", "queued"]
        var lines = TextTable(header: header, rows: tasks.map(\.cells)).lines
        if let nextCursor { lines.append("There are older ones: --cursor \(nextCursor)") }
        return lines
    }
}

/// What a list of tasks is asked for.
struct TaskQuery: Sendable {
    var state: String?
    var player: String?
    var limit: Int?
    var cursor: String?

    /// The query of the request, with a question mark when it says anything.
    var text: String {
        let members = [("state", state), ("player", player), ("limit", limit.map(String.init)), ("cursor", cursor)]
            .compactMap { name, value in value.map { "\(name)=\(Self.encoded($0))" } }
        return members.isEmpty ? "" : "?" + members.joined(separator: "&")
    }

    /// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3).
    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || "-._~".contains(character) {
                return String(character)
            }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
