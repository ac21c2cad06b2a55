import Redis
import Testing

@testable import WorkQueue

/// Tenants take turns, whatever the size of their runs.
@Suite(.timeLimit(.minutes(1)))
struct FairnessTests {
    /// Claims one job at a time and finishes it; how many claims it took until each run had nothing open.
    private func claimsUntilDone(_ corner: QueueCorner, _ wanted: [String: Set<String>]) async throws -> [String: Int] {
        var open = wanted
        var ends: [String: Int] = [:]
        var claims = 0
        while let job = try await corner.claim().first {
            claims += 1
            _ = try await corner.finish(job)
            for run in open.keys where open[run]?.remove(job.id) != nil && open[run]?.isEmpty == true {
                ends[run] = claims
            }
        }
        return ends
    }

    @Test func aSmallRunIsNotStuckBehindALargeOne() async throws {
        try await withQueue { corner in
            let big = (0..<1500).map { "big\($0)" }
            let small = (0..<20).map { "small\($0)" }
            try await corner.enqueue("big", big, seal: true)
            try await corner.enqueue("small", small, seal: true)
            let ends = try await claimsUntilDone(corner, ["big": Set(big), "small": Set(small)])
            #expect(try #require(ends["small"]) <= 41)
            #expect(ends["big"] == 1520)
        }
    }

    @Test func aSmallRunWhoseMatchesAreTheLastOfALargeOneIsNotSlowed() async throws {
        try await withQueue { corner in
            let big = (0..<1500).map { "m\($0)" }
            let small = Array(big.suffix(20))
            try await corner.enqueue("big", big, seal: true)
            try await corner.enqueue("small", small, seal: true)
            let ends = try await claimsUntilDone(corner, ["big": Set(big), "small": Set(small)])
            #expect(try #require(ends["small"]) <= 41)
            #expect(ends["big"] == 1500)
        }
    }

    @Test func threeRunsTakeTurns() async throws {
        try await withQueue { corner in
            for run in ["a", "b", "c"] { try await corner.enqueue(run, (0..<3).map { "\(run)\($0)" }) }
            let order = try await corner.claim("w1", 9).map { String($0.id.prefix(1)) }
            #expect(order == ["a", "b", "c", "a", "b", "c", "a", "b", "c"])
        }
    }

    @Test func backgroundGetsEveryFifthTurnAndAllThatIsLeft() async throws {
        try await withQueue { corner in
            try await corner.enqueue("beat", (0..<20).map { "bg\($0)" }, ring: .background)
            try await corner.enqueue("person", (0..<20).map { "fg\($0)" })
            let order = try await corner.claim("w1", 25).map { String($0.id.prefix(2)) }
            #expect(order.count { $0 == "bg" } == 5)
            let rest = try await corner.claim("w1", 99)
            #expect(rest.count == 15)
        }
    }

    @Test func aTenantThatIsAloneMayUseEverySlot() async throws {
        try await withQueue { corner in
            try await corner.enqueue("alone", (0..<10).map { "a\($0)" })
            #expect(try await corner.claim("w1", 10, cap: 2).count == 10)
        }
    }

    @Test func aTenantAtItsCapStandsBackForOthers() async throws {
        try await withQueue { corner in
            try await corner.enqueue("greedy", (0..<10).map { "g\($0)" })
            #expect(try await corner.claim("w1", 2, cap: 2).count == 2)
            try await corner.enqueue("modest", (0..<3).map { "m\($0)" })
            let next = try await corner.claim("w1", 2, cap: 2).map(\.id)
            #expect(next == ["m0", "m1"])
            // Both are at their cap now; an idle slot would help nobody.
            #expect(try await corner.claim("w1", 2, cap: 2).count == 2)
            #expect(try await corner.depth().running == 6)
        }
    }

    @Test func manyInTheBackgroundDoNotPassAPersonAtTheCap() async throws {
        try await withQueue { corner in
            try await corner.enqueue("person", (0..<40).map { "fg\($0)" })
            for number in 0..<20 {
                try await corner.enqueue("beat\(number)", ["bg\(number)a", "bg\(number)b"], ring: .background)
            }
            let order = try await corner.claim("w1", 20, cap: 4).map { String($0.id.prefix(2)) }
            #expect(order.count { $0 == "bg" } == 4)
        }
    }

    @Test func theCapCountsTheTenantWhoseTurnItWas() async throws {
        try await withQueue { corner in
            try await corner.enqueue("one", ["a", "b"])
            try await corner.enqueue("two", ["a", "c"])
            let jobs = try await corner.claim("w1", 3)
            for job in jobs { _ = try await corner.finish(job) }
            let left = try await corner.client.send(["EXISTS", .init("\(corner.keys)match:fly")])
            #expect(left == .integer(0))
        }
    }
}
