import Storage

/// A read that is measured: run `n` is asked for something else than run `n + 1`.
struct MeasuredRead: Sendable {
    let name: String
    /// Runs it and returns how many rows, frames or bytes came: what measured nothing is seen.
    let run: @Sendable (_ n: Int) async throws -> Int
}

/// How long the runs of one read took.
struct Latencies {
    private let sorted: [Duration]
    private let yield: Int

    /// Runs `read` from several callers at a time, each waiting for its answer before it asks again.
    static func measure(_ read: MeasuredRead, runs: Int, callers: Int) async throws -> Latencies {
        // Statements are prepared on every connection, and pages of the database are in memory, as in a gateway that
        // has been up for a while.
        _ = try await measureOnce(read, runs: max(20, callers * 8), callers: callers)
        return try await measureOnce(read, runs: runs, callers: callers)
    }

    private static func measureOnce(_ read: MeasuredRead, runs: Int, callers: Int) async throws -> Latencies {
        try await withThrowingTaskGroup(of: [(Duration, Int)].self) { group in
            for caller in 0..<callers {
                group.addTask { try await ask(read, stride(from: caller, to: runs, by: callers)) }
            }
            var all: [(Duration, Int)] = []
            for try await some in group { all += some }
            return Latencies(sorted: all.map(\.0).sorted(), yield: all.map(\.1).reduce(0, +) / max(1, all.count))
        }
    }

    @concurrent private static func ask(
        _ read: MeasuredRead,
        _ numbers: StrideTo<Int>
    ) async throws -> [(Duration, Int)] {
        var times: [(Duration, Int)] = []
        for number in numbers {
            let start = ContinuousClock.now
            let count = try await read.run(number)
            times.append((ContinuousClock.now - start, count))
        }
        return times
    }

    /// The p99, in milliseconds.
    var p99: Double { milliseconds(at: 0.99) }

    /// A line of the table.
    func line(_ name: String) -> String {
        let figures = [0.5, 0.95, 0.99, 1].map { Self.text(milliseconds(at: $0)).leftPadded(8) }
        return name.padded(44) + figures.joined() + String(yield).leftPadded(10)
    }

    /// What stands above the lines.
    static let heading =
        "read".padded(44) + ["p50 ms", "p95 ms", "p99 ms", "max ms"].map { $0.leftPadded(8) }.joined()
        + "yield".leftPadded(10)

    private func milliseconds(at share: Double) -> Double {
        guard let last = sorted.indices.last else { return 0 }
        let time = sorted[min(last, Int(Double(sorted.count) * share))].components
        return Double(time.seconds) * 1_000 + Double(time.attoseconds) / 1e15
    }

    private static func text(_ milliseconds: Double) -> String {
        let hundredths = Int((milliseconds * 100).rounded())
        let rest = String(hundredths % 100)
        return "\(hundredths / 100)." + (rest.count == 1 ? "0" + rest : rest)
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
    fileprivate func leftPadded(_ width: Int) -> String { String(repeating: " ", count: max(1, width - count)) + self }
}
