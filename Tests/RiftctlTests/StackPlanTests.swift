import Foundation
import ServiceRuntime
import Supervision
import Testing

@testable import riftctl

@Suite("What `up` starts")
struct StackPlanTests {
    @Test func anotherPlayerIsAnotherWorldWithADatabaseOfItsOwn() {
        let usual = SimulatedWorldName(StackOrder(), year: 2025)
        #expect(usual.suffix == "_sim")
        let orders = [
            StackOrder(player: "Other#NA1"), StackOrder(player: "Demo#NA1", platform: "kr"), StackOrder(year: 2024),
        ]
        let suffixes = orders.map { SimulatedWorldName($0, year: 2025).suffix }
        #expect(Set(suffixes + [usual.suffix]).count == 4)
        #expect(suffixes.allSatisfy { $0.hasPrefix("_sim_") && $0.allSatisfy { $0 == "_" || $0.isASCII } })
        #expect(SimulatedWorldName(StackOrder(player: "Demo#NA1", platform: "na1", year: 2025), year: 2025) == usual)
    }

    @Test(arguments: ["x", "#TAG", "Name#", "a#b#c", ""])
    func aPlayerIsARiotID(text: String) {
        let failure = #expect(throws: CommandFailure.self) {
            try SyncOrder(player: text, platform: "na1", year: nil)
        }
        #expect(failure?.code == 64)
    }

    @Test func theGatewayIsReachedThroughTheLoopbackAddress() {
        #expect(GatewayClient(host: "0.0.0.0", port: 1).address == "http://127.0.0.1:1")
        #expect(GatewayClient(host: "::", port: 1).address == "http://[::1]:1")
        #expect(GatewayClient(host: "10.0.0.1", port: 1).address == "http://10.0.0.1:1")
    }

    @Test func theTableIsAligned() {
        let lines = StatusTable([], nowMilliseconds: 0).lines
        #expect(lines == ["INSTANCE  STATE  PID  SINCE  RESTARTS  ADDRESS"])
        #expect(StatusTable.age(milliseconds: 119_999) == "119 s")
        #expect(StatusTable.age(milliseconds: 120_000) == "2 min")
        #expect(StatusTable.age(milliseconds: 7_200_000) == "2 h")
        #expect(StatusTable.age(milliseconds: 172_800_000) == "2 d")
    }

    @Test func theFileOfTheKeyIsPassedOnToThoseWhoNeedIt() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("key-\(UUID())").path
        try "RGAPI-0000-secret".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let settings = try Settings.load(flags: [
            .riotAPIKeyFile: path, .redisURL: "redis://127.0.0.1:1/0", .databaseURL: "postgresql://127.0.0.1:1/none",
            .gatewayPort: "1",
        ])
        func environments(_ environment: [String: String]) throws -> [String: [String: String]] {
            let plan = try StackPlan(
                settings: settings,
                order: StackOrder(),
                environment: environment,
                programs: "/nowhere"
            )
            let parts = plan.services.map { ($0.specification.instance, $0.specification.environment) }
            return Dictionary(uniqueKeysWithValues: parts)
        }
        let byService = try environments(["RIOT_API_KEY_FILE": path, "RIOT_API_KEY": ""])
        #expect(byService.count == 5)
        for (service, environment) in byService {
            let isAsking = !["gateway", "beat"].contains(service)
            #expect(environment["RIOT_API_KEY_FILE"] == (isAsking ? path : nil), "\(service)")
            #expect(environment["RIOT_API_KEY"] == (isAsking ? "" : nil), "\(service)")
            #expect(environment["SWIFT_BACKTRACE"] == "enable=yes", "\(service)")
            #expect(!environment.values.contains { $0.contains("secret") }, "\(service)")
        }
        let own = try environments(["SWIFT_BACKTRACE": "enable=no"])
        #expect(own.values.allSatisfy { $0["SWIFT_BACKTRACE"] == "enable=no" })
    }
}
