import JSONRPC
import RiotModels
import SyncJobs

/// The words by which callers name parts of the queue.
enum QueueChoice {
    static let names = list(JobKind.allCases.map(\.rawValue))
    static let pausableNames = list(JobKind.allCases.filter(\.isPausable).map(\.rawValue))
    static let routeNames = list(RegionalRoute.allCases.map(\.rawValue))

    static func kind(_ text: String) throws(JSONRPCError) -> JobKind {
        guard let kind = JobKind(rawValue: text) else {
            throw JSONRPCError.invalidParameters("kind: \(names) is expected, not '\(text)'")
        }
        return kind
    }

    static func pausable(_ text: String) throws(JSONRPCError) -> JobKind {
        guard let kind = JobKind(rawValue: text), kind.isPausable else {
            throw JSONRPCError.invalidParameters("kind: \(pausableNames) is expected, not '\(text)'")
        }
        return kind
    }

    static func route(_ text: String) throws(JSONRPCError) -> RegionalRoute {
        guard let route = RegionalRoute(rawValue: text) else {
            throw JSONRPCError.invalidParameters("route: \(routeNames) is expected, not '\(text)'")
        }
        return route
    }

    private static func list(_ words: [String]) -> String {
        words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
    }
}
