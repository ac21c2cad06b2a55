import Postgres

/// What was broken how often, and how long it took until work went on.
actor FaultJournal {
    struct Line {
        var times = 0
        var jobs = 0
        var longest = Duration.zero
    }

    private(set) var lines: [Fault: Line] = [:]
    private var open: [(fault: Fault, since: ContinuousClock.Instant)] = []

    /// A fault begins while workers hold `jobs`.
    func begin(_ fault: Fault, jobs: Int?) {
        lines[fault, default: Line()].times += 1
        lines[fault, default: Line()].jobs += jobs ?? 0
        open.append((fault, .now))
    }

    /// Something was settled: work goes on after everything that happened before `since`.
    func workWentOn(seenAt now: ContinuousClock.Instant, since: ContinuousClock.Instant) {
        for entry in open where entry.since <= since {
            let delay = now - entry.since
            if delay > lines[entry.fault, default: Line()].longest { lines[entry.fault]?.longest = delay }
        }
        open.removeAll { $0.since <= since }
    }

    /// Nothing is to be done at present, so nothing waits for a fault's end.
    func nothingToDo() { open.removeAll() }
}

/// Looks at the ledger for as long as things are broken.
struct ProgressWatch {
    private static let interval = Duration.milliseconds(50)

    let system: FaultSystem
    let journal: FaultJournal

    func run() async {
        var last: Int?
        while !Task.isCancelled {
            let asked = ContinuousClock.now
            if let figures = try? await figures() {
                if figures.open == 0 { await journal.nothingToDo() }
                if let last, figures.settled != last { await journal.workWentOn(seenAt: .now, since: asked) }
                last = figures.settled
            }
            try? await Task.sleep(for: Self.interval)  // the interval of a loop that ends with its task
        }
    }

    private func figures() async throws -> (settled: Int, open: Int) {
        let row = try await system.pool.query(
            """
            SELECT (SELECT count(*) FROM raw_body) AS settled,
                (SELECT count(*) FROM sync_item WHERE match_state = 'open' OR timeline_state = 'open') AS open
            """,
            timeout: .seconds(2)
        )[0]
        return (try row.int("settled"), try row.int("open"))
    }
}
