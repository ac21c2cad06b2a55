import TestSupport
import Testing

@testable import Redis

/// What a server tells of its settings, and what is made of it.
@Suite(.timeLimit(.minutes(1)))
struct RedisServerReportTests {
    private static let good = "# Server\r\nredis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n"

    @Test func aGoodServerHasNothingAgainstIt() {
        let report = RedisServerReport(information: Self.good)
        #expect(report.version == "7.0.15" && report.evictionPolicy == "noeviction" && report.isAppendOnly == true)
        #expect(report.obstacle == nil && report.warnings.isEmpty)
    }

    @Test(arguments: [
        ("6.0.16", true), ("5.0.14", true), ("6.2.0", false), ("6.10.1", false), ("7.0", false), ("10.1", false),
    ])
    func versionsBefore6_2AreRefused(version: String, isRefused: Bool) {
        let report = RedisServerReport(information: Self.good.replacing("7.0.15", with: version))
        #expect((report.obstacle?.contains(version) == true) == isRefused)
    }

    @Test func evictionIsRefusedAndAMissingFileIsWarnedOf() {
        let evicting = RedisServerReport(information: Self.good.replacing("noeviction", with: "allkeys-lru"))
        #expect(evicting.obstacle?.contains("allkeys-lru") == true)
        let forgetful = RedisServerReport(information: Self.good.replacing("aof_enabled:1", with: "aof_enabled:0"))
        #expect(forgetful.obstacle == nil && forgetful.warnings.count == 1)
        let silent = RedisServerReport(information: "")
        #expect(silent.obstacle == nil && silent.warnings.count == 1)
    }

    @Test func aRealServerIsRead() async throws {
        let server = try await ScratchRedis(["--appendonly", "yes", "--maxmemory-policy", "volatile-ttl"])
        let client = try TestRedis(url: server.url).client()
        let report = try await RedisServerReport(asking: client)
        #expect(report.evictionPolicy == "volatile-ttl" && report.isAppendOnly == true && report.version != nil)
        #expect(report.obstacle?.contains("maxmemory-policy noeviction") == true)
        _ = try await client.send(["ACL", "SETUSER", "small", "on", ">pw", "~*", "+@all", "-@dangerous"])
        let small = try TestRedis(url: "unix://small:pw@\(server.socketPath)").client()
        let unknown = try await RedisServerReport(asking: small)
        #expect(unknown.version == nil && unknown.obstacle == nil && unknown.warnings.count == 1)
        await client.close()
        await small.close()
    }
}
