import RiotSimulator
import Testing

extension LimitTests {
    /// A 429 of each kind, one after the other, in the middle of two syncs on different routes.
    @Suite(.timeLimit(.minutes(3))) struct StopTests {
        /// A 429 that the simulator is told to give.
        private struct Stop: Sendable {
            let type: String?
            let retryAfter: Int?

            /// A stop of the application concerns all methods of the route.
            var isOfApplication: Bool { type == "application" }
            var name: String {
                "429 \(type ?? "without a type"), Retry-After \(retryAfter.map(String.init) ?? "missing")"
            }
            /// Milliseconds for which nothing may be sent; without a time from Riot a second is the least.
            var shortest: Double { Double(retryAfter ?? 1) * 1000 }
            /// Timelines are stopped, as matches can go on without them and not the other way round.
            var fault: String {
                var members = [#""fault":"rate-limit","method":"timeline","route":"americas","count":1"#]
                if let type { members.append(#""type":"\#(type)""#) }
                if let retryAfter { members.append(#""retryAfter":\#(retryAfter)"#) }
                return "{\(members.joined(separator: ","))}"
            }
        }

        private static let stops = ["application", "method", "service", nil].flatMap { type in
            [Stop(type: type, retryAfter: 2), Stop(type: type, retryAfter: nil)]
        }

        /// What a 429 takes to reach its process and, through Redis, all others, and a permit to be used: on a machine
        /// that has much else to do.
        private static let hearing = 400.0
        /// Within this time every scope that is not stopped opens a window.
        private static let turn = 2_000.0
        private static let matches = 250

        /// Latency that is long beside a burst: a burst has left its processes when the first answer to it goes out.
        private static let world = [
            "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", String(matches),
            "--player", "Autre#EUW", "--platform", "euw1", "--year", "2025", "--matches", String(matches),
            "--app-limit", "14:1", "--method-limit", "match=8:1", "--method-limit", "timeline=8:1",
            "--latency", "300-400",
        ]
        private static let instances = [
            "orchestrator", "gateway", "match-worker", "match-worker-2", "timeline-worker", "timeline-worker-2", "beat",
        ]

        @Test func a429StopsItsScopeInEveryProcessAndNothingElse() async throws {
            try await SimulatorHandle.run(Self.world) { riot in
                try await TestSystem.run(riot: riot, instances: Self.instances) { system in
                    let demo = try await system.startSync("Demo", "NA1")
                    let autre = try await system.startSync("Autre", "EUW", platform: "euw1")
                    _ = try await riot.waitForLog("both regions fetch timelines") { log in
                        ["americas", "europe"].allSatisfy { log.of(route: $0, method: "timeline").count >= 5 }
                    }
                    for (index, stop) in Self.stops.enumerated() { try await Self.force(stop, number: index + 1, riot) }
                    try Self.judge(try await riot.log())
                    #expect(try await system.status(demo).string("status") == "PROGRESS", "the sync was over too soon")
                    let stats = try await riot.stats()
                    #expect(stats.applicationViolations == 0 && stats.methodViolations == 0)

                    try await riot.post(
                        "/_sim/limits",
                        #"{"application":"5000:1","methods":{"match":"5000:1","timeline":"5000:1"}}"#
                    )
                    try await riot.post("/_sim/latency", #"{"minimum":0,"maximum":20}"#)
                    for (id, player, platform) in [(demo, "Demo#NA1", "na1"), (autre, "Autre#EUW", "euw1")] {
                        let end = try await system.waitForEnd(id)
                        #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == Self.matches)
                        #expect((end.json["failed_matches"] as? [String])?.isEmpty == true)
                        try await system.expectStored(
                            try await riot.expectation(of: player, year: 2025, platform: platform)
                        )
                    }
                    #expect(try await system.count("SELECT count(*) FROM match") == 2 * Self.matches)
                }
            }
        }

        /// Forces a stop and waits until its scope has been at work again after it.
        private static func force(_ stop: Stop, number: Int, _ riot: SimulatorHandle) async throws {
            try await riot.post("/_sim/fault", stop.fault)
            _ = try await riot.waitForLog("work goes on after \(stop.name)") { log in
                let forced = log.filter { $0.note == "rate-limit" }
                guard forced.count == number, let told = forced.last?.ended else { return false }
                let later = log.sent(after: told + stop.shortest).of(route: "americas", method: "timeline")
                return later.contains { $0.status == 200 }
            }
        }

        /// Looks at what was sent while each stop was in force.
        private static func judge(_ log: [LoggedRequest]) throws {
            let forced = log.filter { $0.note == "rate-limit" }
            try #require(forced.count == stops.count)
            for (stop, told) in zip(stops, forced.map(\.ended)) {
                let end = told + stop.shortest
                let stopped = log.sent(after: told + hearing, before: end)
                    .of(route: "americas", method: stop.isOfApplication ? nil : "timeline")
                #expect(stopped.isEmpty, "\(stop.name), told at \(told): \(stopped)")
                let meanwhile = log.sent(after: told, before: max(end, told + turn))
                #expect(!meanwhile.of(route: "europe").isEmpty, "\(stop.name): the other region did not go on")
                if !stop.isOfApplication {
                    let other = meanwhile.of(route: "americas", method: "match")
                    #expect(!other.isEmpty, "\(stop.name): the other method did not go on")
                }
            }
        }
    }
}
