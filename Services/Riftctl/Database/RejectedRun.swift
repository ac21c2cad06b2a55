import ServiceRuntime
import Storage

/// Tries rejected bodies again, each in a transaction of its own.
struct RejectedRun: Sendable {
    /// Bodies whose names are read at a time.
    static let page = 100
    /// Lines about single bodies.
    static let shownProblems = 20
    /// How long the orchestrator may take to queue timelines.
    static let patience = Duration.seconds(10)

    private struct Tally {
        var stored = 0
        var derived = 0
        var understood = 0
        var gone = 0
        var failed = 0
        var timelines = 0
    }

    let storage: Storage
    let orchestrator: ServiceSocket
    let isDryRun: Bool
    let console: Console

    /// Tries all of them, once.
    func all() async throws {
        var tally = Tally()
        var last: RejectedBody?
        repeat {
            let page = try await storage.rejectedBodies(limit: Self.page, after: last)
            for body in page { try await retry(body, &tally) }
            last = page.last
        } while last != nil
        try await finish(tally)
    }

    /// Tries those of some names.
    func some(_ names: [RejectedName]) async throws {
        var bodies: [RejectedBody] = []
        for name in names { bodies += try await name.find(in: storage) }
        var tally = Tally()
        for body in bodies { try await retry(body, &tally) }
        try await finish(tally)
    }

    private func retry(_ body: RejectedBody, _ tally: inout Tally) async throws {
        let outcome = try await storage.retryRejected(body.kind, body.id, dryRun: isDryRun)
        switch outcome {
        case .stored(let timelineWanted):
            tally.stored += 1
            tally.timelines += timelineWanted ? 1 : 0
        case .derived: tally.derived += 1
        case .understood: tally.understood += 1
        case .gone: tally.gone += 1
        case .refused, .damaged: tally.failed += 1
        }
        guard let line = RejectedDisplay.line(body, outcome) else { return }
        let shown = tally.failed + tally.gone
        if shown <= Self.shownProblems { console.say(line) }
        if shown == Self.shownProblems + 1 { console.say("… further ones are only counted") }
    }

    private func finish(_ tally: Tally) async throws {
        if isDryRun {
            console.say("\(tally.understood) would be understood now. Nothing was changed.")
        } else {
            console.say("\(tally.stored) stored, the rows of \(tally.derived) made again.")
        }
        if tally.timelines > 0 { await fetchTimelines(tally.timelines) }
        if tally.failed > 0 {
            throw CommandFailure(
                .internal,
                "\(tally.failed) cannot be understood still; riftctl rejected list says why."
            )
        }
    }

    /// Timelines of tasks that run are fetched by themselves; the schedule asks for the others, or the orchestrator now.
    private func fetchTimelines(_ count: Int) async {
        do {
            _ = try await orchestrator.call("maintenance.retry_unavailable", parameters: nil, within: Self.patience)
            console.say("The timelines of \(count) are queued.")
        } catch {
            console.say("The timelines of \(count) will be queued by beat's retry_unavailable.")
        }
    }
}
