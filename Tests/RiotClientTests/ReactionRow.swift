import Compression
import Testing

@testable import RiotClient

/// One line of the table of reactions: what comes instead of an answer, or as one, and what follows from it.
struct ReactionRow: Sendable, CustomTestStringConvertible {
    /// Where the request goes.
    enum Target: Sendable {
        /// A server that sends these bytes, over HTTP; what it sends before it has read anything comes first.
        case answer(greeting: [RawServer.Step] = [], [RawServer.Step])
        /// A server that speaks first, asked over TLS.
        case https(greeting: [RawServer.Step])
        /// A TLS server with a certificate that nobody has signed.
        case selfSigned
        /// A port where nobody listens.
        case closedPort
        /// A port that does not answer attempts to connect.
        case fullPort
        /// A name that no resolver has to be asked for, since no part of a name may be so long.
        case impossibleName
    }

    /// What becomes of the permit.
    enum Fate: String, Sendable {
        /// The request may have been counted by Riot, and is counted here.
        case kept
        /// It was not sent; somebody else may use the permit.
        case givenBack
    }

    var name: String
    var target: Target
    /// What the caller is told, the message included; pauses in whole seconds.
    var told: String
    /// What the next request of the same method is told; and one of another method on the same route.
    var next = "granted"
    var other = "granted"
    var permit = Fate.kept
    var tune: @Sendable (inout RiotConfiguration) -> Void = { _ in }
    /// Whether the answer carries `trace`.
    var isTraced = false
    var testDescription: String { name }

    static let limits = ["X-App-Rate-Limit: 20:1000", "X-Method-Rate-Limit: 50:1000"]
    /// The request of a row is the third of its route and the second of its endpoint.
    static let counts = counts(application: 3, method: 2)

    static func counts(application: Int, method: Int) -> [String] {
        ["X-App-Rate-Limit-Count: \(application):1000", "X-Method-Rate-Limit-Count: \(method):1000"]
    }
    static let bodyLimit = 4096
    /// Riot's id of an answer, by which a failure is reported to Riot.
    static let trace = "trace-4711"
    static let gzip = ["Content-Encoding: gzip"]
    static let unusable = "retryable: Riot's answer cannot be used: "
    static let silent = "retryable: No answer from Riot: "
    static let silentForNow = "retryable after 5: No answer from Riot: "

    /// The whole table; its parts stand in the extensions.
    static let all =
        successes + unusableBodies + absences + refusals + rejectedKeys + limits429 + serverErrors
        + brokenAnswers + noConnection + slowness

    // MARK: Makers

    static let damaged = "its gzip is damaged, cut off, or followed by something else."

    static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    static func member(_ text: String) -> [UInt8] { Gzip.deflate(Array(text.utf8)) }

    static func gzipped(_ body: some Sequence<UInt8>) -> [UInt8] {
        let body = Array(body)
        return text("HTTP/1.1 200 x\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n") + body
    }

    static func error(_ text: String, _ status: Int) -> String {
        #"{"status":{"message":"\#(text)","status_code":\#(status)}}"#
    }

    static func status(
        _ status: Int,
        _ body: String,
        _ headers: [String] = [],
        told: String,
        next: String = "granted",
        other: String = "granted"
    ) -> ReactionRow {
        let traced = limits + counts + headers + ["X-Riot-Edge-Trace-Id: \(trace)"]
        return ReactionRow(
            name: "\(status) \(body.isEmpty ? "empty" : body) \(headers.joined())",
            target: .answer([.send(RawServer.answer(status, body, headers: traced))]),
            told: told,
            next: next,
            other: other,
            isTraced: true
        )
    }

    static func limited(
        _ type: String?,
        after: String?,
        told: String,
        next: String,
        other: String = "granted"
    ) -> ReactionRow {
        let headers = [type.map { "X-Rate-Limit-Type: \($0)" }, after.map { "retry-after: \($0)" }].compactMap(\.self)
        return status(429, error("Rate limit exceeded", 429), headers, told: told, next: next, other: other)
    }

    static func bytes(
        _ name: String,
        _ bytes: [UInt8],
        _ end: RawServer.Step? = nil,
        told: String,
        next: String = "granted",
        other: String = "granted"
    ) -> ReactionRow {
        ReactionRow(
            name: name,
            target: .answer([.sendBytes(bytes)] + (end.map { [$0] } ?? [])),
            told: told,
            next: next,
            other: other
        )
    }

    static func unsent(
        _ name: String,
        _ target: Target,
        told: String,
        connectTimeout: Duration? = nil
    ) -> ReactionRow {
        ReactionRow(name: name, target: target, told: told, permit: .givenBack) {
            if let connectTimeout { $0.connectTimeout = connectTimeout }
        }
    }

    static func slow(
        _ name: String,
        _ steps: [RawServer.Step],
        told: String,
        _ tune: @escaping @Sendable (inout AnswerPace) -> Void
    ) -> ReactionRow {
        ReactionRow(name: name, target: .answer(steps), told: silent + told) { tune(&$0.pace) }
    }
}
