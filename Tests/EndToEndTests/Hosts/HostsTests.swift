import Foundation
import Postgres
import RiotSimulator
import TestSupport
import Testing

/// Two hosts share one Redis and one PostgreSQL; the network of one ends and comes back.
@Suite(
    .serialized,
    .timeLimit(.minutes(5)),
    .enabled(if: NetworkNamespaces.areAllowed, "network namespaces need root and iproute2")
)
struct HostsTests {
    private static let matches = 220
    /// Longer than a lease (30 s), with the time in which the server gives up the sessions of the lost host.
    private static let partition = 34_000
    /// The limit makes the sync last longer than the partition.
    private static let world = [
        "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", String(matches), "--latency",
        "50-300", "--app-limit", "12:1", "--method-limit", "match=500:10", "--method-limit", "timeline=500:10",
    ]

    @Test func aHostThatFallsOffTheNetworkForLongerThanALeaseCostsNothing() async throws {
        try await TestHosts.run(simulator: Self.world) { hosts in
            let start = try await hosts.http(
                .a,
                "POST",
                "/api/summoners/sync-data/",
                body: #"{"game_name":"Demo","tag_line":"NA1","platform":"na1","year":2025}"#
            )
            let id = try #require(start.string("task_id"), "\(start.status) \(start.text)")
            // Started by one gateway, watched by the other.
            _ = try await hosts.wait(for: id, on: .b) { $0.int("progress") ?? 0 >= 5 }
            #expect(hosts.log("orchestrator", on: .a).contains("leading"))
            #expect(!hosts.log("orchestrator", on: .b).contains("leading"))

            try hosts.network.cut(.a)
            let cut = try await hosts.riot("/_sim/use", as: QuotaUse.self).now
            let before = try await hosts.wait(for: id, on: .b) { $0.string("status") == "PROGRESS" }
            // What the lost host held is given to the other once its leases have ended, by the other's orchestrator,
            // which leads once the database has given up the session of the first.
            let isOver = await Arrival.comes {
                try await hosts.riot("/_sim/use", as: QuotaUse.self).now - cut >= Self.partition
            }
            #expect(isOver)
            #expect(hosts.log("orchestrator", on: .b).contains("leading"))
            let during = try await hosts.wait(for: id, on: .b) { $0.string("status") == "PROGRESS" }
            #expect(during.int("processed") ?? 0 > before.int("processed") ?? 0, "\(during.text)")
            let lost = try await hosts.http(.a, "GET", "/api/summoners/task-status/?task_id=\(id)")
            #expect(lost.status == 503, "\(lost.text)")

            try hosts.network.heal(.a)
            for host in NetworkNamespaces.Host.allCases {
                let end = try await hosts.wait(for: id, on: host) {
                    ["SUCCESS", "FAILURE", "REVOKED"].contains($0.string("status"))
                }
                #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == Self.matches, "\(end.text)")
                #expect(end.int("processed_matches") == Self.matches && end.int("total_matches") == Self.matches)
                #expect((end.json["failed_matches"] as? [String])?.isEmpty == true, "\(end.text)")
            }
            let world = "/_sim/world?player=Demo%23NA1&platform=na1&year=2025"
            try await hosts.pool.expectStored(try await hosts.riot(world, as: WorldExpectation.self))
            let failures = try await hosts.pool.query("SELECT count(*) AS n FROM fetch_failure")[0].int("n")
            #expect(failures == 0)
            let violations = try await hosts.riot("/_sim/violations", as: ViolationLog.self)
            #expect(violations.violations.isEmpty, "\(violations.violations)")
            #expect(await hosts.allRun())
            // Both hosts work again.
            #expect(await Arrival.comes { try await hosts.http(.a, "GET", "/readyz").status == 200 })
        }
    }
}
