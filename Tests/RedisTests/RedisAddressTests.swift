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
        ("redis://u:%4@h", "hexadecimal"),
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
