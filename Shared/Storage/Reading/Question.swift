import Postgres

/// One of the questions that analysts ask of a player's matches: a SELECT on the views, with a title.
///
/// The texts are the files of `Questions`, each with a head of comments: the title, an empty line, what it answers and
/// which columns it has. All have the same parameters: $1 the summoner's id, $2 a year (UTC), $3 a platform, $4 queues
/// as the SQL function `queue_list` reads them, $5 the minimum that a line needs. Null is every year, every platform,
/// the ranked queues, and the question's own minimum. A text ends with the last parameter that it has a use for.
public struct Question: Sendable, Equatable {
    /// Its number, from 1.
    public let number: Int
    /// The name by which it is asked for, such as `lane_lead`.
    public let name: String
    /// What it answers, on one line.
    public let title: String
    /// What exactly counts, and the columns: lines of text.
    public let details: [String]
    let text: String

    /// All questions, by number.
    public static let all: [Question] = [
        Question(1, "champions", PackageResources._1_champions_sql),
        Question(2, "roles", PackageResources._2_roles_sql),
        Question(3, "patches", PackageResources._3_patches_sql),
        Question(4, "lane_lead", PackageResources._4_lane_lead_sql),
        Question(5, "gold_at_15", PackageResources._5_gold_at_15_sql),
        Question(6, "firsts", PackageResources._6_firsts_sql),
        Question(7, "teammates", PackageResources._7_teammates_sql),
        Question(8, "lane_opponents", PackageResources._8_lane_opponents_sql),
        Question(9, "item_times", PackageResources._9_item_times_sql),
        Question(10, "builds", PackageResources._0_builds_sql),
        Question(11, "skill_orders", PackageResources._1_skill_orders_sql),
        Question(12, "deaths", PackageResources._2_deaths_sql),
        Question(13, "vision", PackageResources._3_vision_sql),
        Question(14, "shares", PackageResources._4_shares_sql),
        Question(15, "participation", PackageResources._5_participation_sql),
        Question(16, "circumstances", PackageResources._6_circumstances_sql),
        Question(17, "comebacks", PackageResources._7_comebacks_sql),
        Question(18, "objectives", PackageResources._8_objectives_sql),
        Question(19, "missing", PackageResources._9_missing_sql),
        Question(20, "standing", PackageResources._0_standing_sql),
    ]

    /// The question of that name or number; nil when there is none.
    public init?(named name: String) {
        let wanted = name.lowercased().replacing("-", with: "_")
        guard let question = Self.all.first(where: { $0.name == wanted || String($0.number) == wanted }) else {
            return nil
        }
        self = question
    }

    private init(_ number: Int, _ name: String, _ file: [UInt8]) {
        self.number = number
        self.name = name
        text = String(decoding: file, as: UTF8.self)
        let head = text.split(separator: "\n").prefix { $0.hasPrefix("--") }.map {
            String($0.drop { $0 == "-" || $0 == " " })
        }
        title = head.first ?? ""
        details = Array(head.dropFirst().drop { $0.isEmpty })
    }

    /// How many parameters the text has; a server refuses more.
    var parameterCount: Int {
        (1...5).last { text.contains("$\($0)") } ?? 0
    }

    /// The statement that gives at most `limit` rows, in the question's order.
    func statement(limit: Int) -> SQL { SQL(trusted: "SELECT * FROM (\n\(text)) AS answer LIMIT \(limit)") }

    /// The same with each row as one JSON object, in the column `row`.
    func objectStatement(limit: Int) -> SQL {
        SQL(trusted: "SELECT row_to_json(answer)::text AS row FROM (\n\(text)) AS answer LIMIT \(limit)")
    }
}
