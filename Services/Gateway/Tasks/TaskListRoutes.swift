import HTTPTypes
import Hummingbird
import Logging
import Postgres
import RiotModels
import Storage

/// `GET /api/v1/tasks`: the history of tasks, newest first.
struct TaskListRoutes: Sendable {
    private static let path = "/api/v1/tasks"

    let storage: Storage

    func addRoutes(to routes: RouteTable) {
        routes.add("/api/v1/tasks", [.get: { try await list($0, $1) }])
    }

    private struct Page: Encodable {
        let tasks: [TaskBody]
        let nextCursor: String?

        enum CodingKeys: String, CodingKey {
            case tasks
            case nextCursor = "next_cursor"
        }
    }

    private func list(_ request: Request, _ context: GatewayContext) async throws -> Response {
        let query = request.uri.queryParameters
        let filter: TaskFilter
        do {
            filter = try TaskFilter(states: query["state"].map(String.init), player: query["player"].map(String.init))
        } catch let refusal {
            throw Problem.badRequest("\(refusal.parameter): \(refusal.message)")
        }
        let limit = query["limit"].map { Int($0) ?? 0 } ?? GatewayLimits.taskPage
        guard (1...TaskFilter.longestPage).contains(limit) else {
            throw Problem.badRequest("limit: it must be a whole number from 1 to \(TaskFilter.longestPage).")
        }
        let cursor = query["cursor"].map { TaskCursor(String($0)) }
        if case .some(nil) = cursor {
            throw Problem.badRequest("cursor: send the one of the page before as it is, or none for the first page.")
        }
        do {
            let page = try await storage.tasks(filter, limit: limit, after: cursor ?? nil)
            var headers: HTTPFields = [:]
            if let next = page.next { headers[.link] = "<\(Self.target(filter, limit, next))>; rel=\"next\"" }
            return try JSONBody.response(
                Page(tasks: page.tasks.map(TaskBody.init), nextCursor: page.next?.text),
                headers: headers
            )
        } catch let error as PostgresError {
            context.logger.warning("tasks could not be listed", metadata: ["error": "\(error)"])
            throw Problem.unavailable("The database does not answer at present; the tasks themselves go on.")
        }
    }

    /// Path and query of the next page of a list.
    static func target(_ filter: TaskFilter, _ limit: Int, _ cursor: TaskCursor) -> String {
        var members: [String] = []
        if !filter.states.isEmpty {
            members.append("state=\(filter.states.map(\.rawValue).sorted().joined(separator: ","))")
        }
        if let player = filter.player { members.append("player=\(encoded(player.description))") }
        return "\(path)?\((members + ["limit=\(limit)", "cursor=\(cursor.text)"]).joined(separator: "&"))"
    }

    /// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3).
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
