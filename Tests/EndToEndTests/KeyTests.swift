import Foundation
import RiotSimulator
import Testing

extension LimitTests {
    /// A key that is refused in the middle of a sync.
    @Suite(.timeLimit(.minutes(3))) struct KeyTests {
        private static let matches = 250
        private static let world =
            [
                "--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", String(matches),
                "--latency", "50-150",
            ] + SimulatorHandle.wide
        private static let instances = [
            "orchestrator", "gateway", "match-worker", "match-worker-2", "timeline-worker", "timeline-worker-2", "beat",
        ]
        /// What a refusal takes to reach its process and, through Redis, all others, and a permit to be used: on a
        /// machine that has much else to do.
        private static let hearing = 1_000.0
        /// Between two probes, in milliseconds, with some tolerance for how long each takes to be sent.
        private static let probeInterval = 14_500.0

        @Test func aKeyThatExpiresInTheMiddleOf500JobsCostsOneProbePerInterval() async throws {
            try await SimulatorHandle.run(Self.world) { riot in
                try await TestSystem.run(riot: riot, instances: Self.instances) { system in
                    let id = try await system.startSync("Demo", "NA1")
                    try await system.wait(for: id) { $0.int("progress") ?? 0 >= 10 }
                    try await riot.post("/_sim/key", #"{"expiresAfter":60}"#)
                    try await system.wait(for: id) { $0.string("waiting_for") == "key" }
                    let refused = try await riot.waitForLog("the key is refused") { !$0.keyRefusals.isEmpty }
                    let first = try #require(refused.keyRefusals.map(\.at).min())
                    try await riot.wait(untilTime: first + 8_000)
                    let waiting = try await system.status(id)
                    #expect(waiting.string("status") == "PROGRESS" && waiting.string("waiting_for") == "key")
                    try Self.judge(try await riot.log(), probes: 1...1)

                    try await riot.post("/_sim/key", "{}")
                    let end = try await system.waitForEnd(id)
                    #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == Self.matches)
                    #expect((end.json["failed_matches"] as? [String])?.isEmpty == true)
                    try Self.judge(try await riot.log(), probes: 2...2)
                    try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
                }
            }
        }

        @Test func aKeyThatIsReplacedInItsFileIsTakenOverWithoutARestart() async throws {
            let directory = try TestSystem.scratchDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let file = directory + "/key"
            let new = "RGAPI-end-to-end-second-secret"
            try await SimulatorHandle.run(Self.world) { riot in
                try Self.write(riot.key, to: file)
                let settings = ["RIOT_API_KEY": "", "RIOT_API_KEY_FILE": file]
                try await TestSystem.run(riot: riot, instances: Self.instances, settings: settings) { system in
                    let id = try await system.startSync("Demo", "NA1")
                    try await system.wait(for: id) { $0.int("progress") ?? 0 >= 10 }
                    var pids: [String: pid_t?] = [:]
                    for instance in Self.instances { pids[instance] = await system.pid(instance) }
                    try await riot.post("/_sim/key", #"{"key":"\#(new)"}"#)
                    try await system.wait(for: id) { $0.string("waiting_for") == "key" }
                    try Self.write(new, to: file)
                    let end = try await system.waitForEnd(id)
                    #expect(end.string("status") == "SUCCESS" && end.int("new_matches") == Self.matches)
                    #expect((end.json["failed_matches"] as? [String])?.isEmpty == true)
                    try Self.judge(try await riot.log(), probes: 0...2)
                    for instance in Self.instances {
                        #expect(await system.pid(instance) == pids[instance], "\(instance)")
                    }
                    try await system.expectStored(try await riot.expectation(of: "Demo#NA1", year: 2025))
                }
            }
        }

        /// Replaces the file in one step, as a careful operator does.
        private static func write(_ key: String, to file: String) throws {
            try Data((key + "\n").utf8).write(to: URL(filePath: file), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        }

        /// Expects that after the first refusal was heard of nothing has left with the key but the probes, far apart.
        private static func judge(_ log: [LoggedRequest], probes expected: ClosedRange<Int>) throws {
            let told = try #require(log.keyRefusals.map(\.ended).min())
            let probes = log.filter { $0.method == "status" && $0.sent > told }
            #expect(expected.contains(probes.count), "\(probes)")
            for (one, next) in zip(probes, probes.dropFirst()) {
                #expect(next.sent - one.sent >= probeInterval, "\(one) \(next)")
            }
            let late = log.keyRefusals.sent(after: told + hearing).filter { $0.method != "status" }
            #expect(late.isEmpty, "\(late)")
        }
    }
}
