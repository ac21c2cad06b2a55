import Testing

@testable import Redis

struct RedisAddressTests {
    @Test(arguments: [
        ("redis://localhost", "redis://localhost:6379/0"),
        ("redis://127.0.0.1:6380/3", "redis://127.0.0.1:6380/3"),
        ("REDIS://host:1/", "redis://host:1/0"),
        ("redis://host:1?db=4", "redis://host:1/4"),
        ("redis://[::1]:6379/1", "redis://[::1]:6379/1"),
        ("redis://[fe80::2]", "redis://[fe80::2]:6379/0"),
        ("redis://user:pass@host:1/0", "redis://user:•••@host:1/0"),
        ("redis://:pass@host", "redis://:•••@host:6379/0"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock?db=0"),
        ("unix:///run/redis.sock?db=7", "unix:///run/redis.sock?db=7"),
        ("redis+socket:///run/redis.sock?virtual_host=2", "unix:///run/redis.sock?db=2"),
        ("unix://:pass@/run/redis.sock", "unix://:•••@/run/redis.sock?db=0"),
        ("unix:///run/r.sock?password=geheim", "unix://:•••@/run/r.sock?db=0"),
    ])
    func readsAndMasks(url: String, shown: String) throws {
        let address = try RedisAddress(parsing: url)
        #expect("\(address)" == shown)
        #expect(String(reflecting: address) == shown)
        var dumped = ""
        dump(address, to: &dumped)
        #expect(!dumped.contains("pass\"") && !dumped.contains("geheim"))
    }

    @Test(arguments: [
        ("redis+sentinel://a/mymaster", "redis+sentinel://a:26379/mymaster/0"),
        (
            "redis+sentinel://a,b:1,[::1]:2,[::2]/m-1.x_Y/3",
            "redis+sentinel://a:26379,b:1,[::1]:2,[::2]:26379/m-1.x_Y/3"
        ),
        ("redis+sentinel://a/m?db=4", "redis+sentinel://a:26379/m/4"),
        ("redis+sentinel://:geheim@a,b/m/0", "redis+sentinel://:•••@a:26379,b:26379/m/0"),
        ("redis+sentinel://me:geheim@a/m?sentinel_password=geheim2", "redis+sentinel://me:•••@a:26379/m/0"),
    ])
    func readsAndMasksSentinels(url: String, shown: String) throws {
        let address = try RedisAddress(parsing: url)
        #expect("\(address)" == shown)
        var dumped = ""
        dump(address, to: &dumped)
        #expect(!dumped.contains("geheim"))
    }

    @Test func theLoginsOfMasterAndSentinelsAreKeptApart() throws {
        let url = "redis+sentinel://me:of%2Cmaster@a,b:7/m/3?sentinel_username=watch&sentinel_password=of%26sentinel"
        let address = try RedisAddress(parsing: url)
        guard case .sentinels(let group) = address.endpoint else {
            Issue.record("no sentinels: \(address)")
            return
        }
        #expect(group.master == "m" && group.places.map(\.port) == [26_379, 7])
        let sentinel = RedisAddress.sentinel(at: group.places[1], of: group)
        #expect(sentinel.user == "watch" && sentinel.password == "of&sentinel" && sentinel.database == 0)
        #expect(sentinel.endpoint == .tcp(host: "b", port: 7))
        let master = address.server(host: "10.0.0.1", port: 8)
        #expect(master.user == "me" && master.password == "of,master" && master.database == 3)
        #expect(master.endpoint == .tcp(host: "10.0.0.1", port: 8))
    }

    @Test func decodesPercentEscapes() throws {
        let address = try RedisAddress(parsing: "redis://a%40b:p%3A%2Fw%C3%A4@h:1/0")
        #expect(address.user == "a@b")
        #expect(address.password == "p:/wä")
    }

    @Test func passwordMayHoldAnAtSign() throws {
        let address = try RedisAddress(parsing: "redis://u:p@ss@h:1")
        #expect(address.password == "p@ss")
        #expect(address.endpoint == .tcp(host: "h", port: 1))
    }

    @Test(arguments: [
        ("", "redis://"), ("localhost:6379", "redis://"), ("rediss://h:1", "TLS"),
        ("http://h", "http:// is not known"),
        ("redis://", "no host"), ("redis://h:0", "port"), ("redis://h:99999", "port"),
        ("redis://h:x", "port"),
        ("redis://h/abc", "database"), ("redis://h/-1", "database"), ("unix://", "names no socket"),
        ("unix://run/redis.sock", "three slashes"), ("redis://u:%zz@h", "hexadecimal"),
        ("redis://u:%4@h", "hexadecimal"), ("redis+sentinel://a,b", "name of the master"),
        ("redis+sentinel://a/m m", "name of the master"), ("redis+sentinel:///m", "no host"),
        ("redis+sentinel://a,,b/m", "no host"), ("redis+sentinel://a:0/m", "port"),
        ("redis+sentinel://a/m/x", "database"), ("sentinel://a:26379;sentinel://b:26379", "redis+sentinel://host1"),
        ("redis+sentinel://" + (0...16).map { "h\($0)" }.joined(separator: ",") + "/m", "more than 16"),
    ])
    func refusesWithASentence(url: String, hint: String) {
        let error = #expect(throws: RedisError.self) { try RedisAddress(parsing: url) }
        #expect(error?.code == .invalidAddress)
        #expect(error?.message.contains(hint) == true, "\(error?.message ?? "")")
    }

    @Test func refusesAPathThatTheSystemWouldCut() {
        #expect(throws: RedisError.self) {
            try RedisAddress(parsing: "unix:///" + String(repeating: "x", count: 107))
        }
        #expect(throws: Never.self) {
            try RedisAddress(parsing: "unix:///" + String(repeating: "x", count: 106))
        }
    }

    @Test func refusalDoesNotRepeatThePassword() {
        let error = #expect(throws: RedisError.self) {
            try RedisAddress(parsing: "rediss://:hunter2@h:1")
        }
        #expect(error?.message.contains("hunter2") == false)
    }
}
