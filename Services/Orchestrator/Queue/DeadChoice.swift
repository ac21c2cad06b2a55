import JSONRPC
import RiotModels
import Storage
import SyncJobs
import WorkQueue

/// Which dead letters a caller means.
enum DeadChoice {
    /// Digits of a fingerprint that say enough.
    static let fingerprintLength = 6...32

    /// - Throws: `JSONRPCError` when a word is none that is known.
    static func filter(_ parameters: DeadParameters) throws(JSONRPCError) -> DeadLetterFilter {
        var filter = DeadLetterFilter()
        filter.kind = try parameters.kind.map { text throws(JSONRPCError) in try kind(text) }
        if let subject = parameters.subject {
            guard let kind = filter.kind else {
                throw JSONRPCError.invalidParameters("kind: expected beside a subject")
            }
            filter.subject = try self.subject(subject, of: kind)
        }
        filter.fingerprint = try parameters.fingerprint.map { text throws(JSONRPCError) in try fingerprint(text) }
        filter.platforms = try platforms(parameters)
        filter.includesMissing = parameters.missing ?? false
        return filter
    }

    /// The same for what is changed, where nothing is meant by saying nothing.
    static func changeFilter(_ parameters: DeadParameters) throws(JSONRPCError) -> DeadLetterFilter {
        let filter = try filter(parameters)
        guard filter.kind != nil || filter.fingerprint != nil else {
            throw JSONRPCError.invalidParameters("kind, fingerprint or both are expected, or kind and subject")
        }
        return filter
    }

    static func cursor(_ text: String) throws(JSONRPCError) -> DeadLetterCursor {
        guard let cursor = DeadLetterCursor(text) else {
            throw JSONRPCError.invalidParameters("cursor: send back the one of the page before as it is, or none")
        }
        return cursor
    }

    /// The queue's job of a letter.
    static func job(_ kind: DeadLetterKind, _ subject: String) throws -> WorkQueue.Job {
        if let kind = kind.fetchKind { return kind.job(try MatchID(subject)) }
        guard let id = TaskID(subject) else { throw JSONRPCError.invalidParameters("subject: no task's id") }
        return PlayerJob.job(id)
    }

    private static func kind(_ text: String) throws(JSONRPCError) -> DeadLetterKind {
        guard let kind = DeadLetterKind(rawValue: text) else {
            throw JSONRPCError.invalidParameters("kind: match, timeline or player is expected, not '\(text)'")
        }
        return kind
    }

    private static func subject(_ text: String, of kind: DeadLetterKind) throws(JSONRPCError) -> String {
        if kind == .player {
            guard let id = TaskID(text) else {
                throw JSONRPCError.invalidParameters("subject: a task's id is expected for player, not '\(text)'")
            }
            return id.text
        }
        do {
            return try MatchID(text).text
        } catch {
            throw JSONRPCError.invalidParameters("subject: \(error.message)")
        }
    }

    private static func fingerprint(_ text: String) throws(JSONRPCError) -> String {
        let text = text.lowercased()
        guard fingerprintLength.contains(text.utf8.count),
            text.utf8.allSatisfy({ "0123456789abcdef".utf8.contains($0) })
        else {
            throw JSONRPCError.invalidParameters("fingerprint: its first 6 to 32 hexadecimal digits are expected")
        }
        return text
    }

    private static func platforms(_ parameters: DeadParameters) throws(JSONRPCError) -> [Platform]? {
        guard parameters.platform != nil || parameters.route != nil else { return nil }
        var platforms = Platform.allCases
        if let text = parameters.platform {
            guard let platform = Platform(rawValue: text.lowercased()) else {
                throw JSONRPCError.invalidParameters("platform: one such as na1 is expected, not '\(text)'")
            }
            platforms = [platform]
        }
        if let text = parameters.route {
            let route = try QueueChoice.route(text)
            platforms = platforms.filter { $0.matchRoute == route }
        }
        return platforms
    }
}
