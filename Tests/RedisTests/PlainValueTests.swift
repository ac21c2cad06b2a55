import Testing

@testable import Redis

struct PlainValueTests {
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        ("return 1", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"),
    ])
    func sha1OfKnownTexts(text: String, digest: String) {
        #expect(SHA1.hexadecimal(of: Array(text.utf8)) == digest)
    }

    @Test func sha1AtEveryLengthAroundABlock() {
        let digests = Set((0...130).map { SHA1.hexadecimal(of: [UInt8](repeating: 7, count: $0)) })
        #expect(digests.count == 131)
        #expect(digests.allSatisfy { $0.count == 40 })
    }

    @Test func commandKeepsItsWords() throws {
        let command = try RedisCommand(["SET", "", RedisArgument([0, 13, 10, 255]), 42])
        #expect(command.lengths == [3, 0, 4, 2])
        #expect(command.bytes == Array("SET".utf8) + [0, 13, 10, 255] + Array("42".utf8))
    }

    @Test func commandHasALimit() {
        let large = RedisArgument([UInt8](repeating: 1, count: RedisLimits.commandBytes - 3))
        #expect(throws: Never.self) { try RedisCommand(["SET", large]) }
        let error = #expect(throws: RedisError.self) { try RedisCommand(["SETX", large]) }
        #expect(error?.code == .invalidCommand)
        #expect(throws: RedisError.self) { try RedisCommand([]) }
    }

    @Test func valuesGiveWhatTheyHold() {
        #expect(RedisValue.string(Array("12".utf8)).int == 12)
        #expect(RedisValue.string(Array("x".utf8)).int == nil)
        #expect(RedisValue.status("OK").text == "OK")
        #expect(RedisValue.integer(7).text == nil)
        #expect(RedisValue.array([.null]).array == [.null])
        #expect(RedisValue.null.isNull)
    }

    @Test func backOffGrowsToItsLimitWithJitter() {
        var backOff = BackOff()
        #expect(!backOff.isFailing)
        for step in 0..<20 {
            let pause = backOff.didFail()
            let full = min(RedisLimits.backOffBase * (1 << min(step, 15)), RedisLimits.backOffMaximum)
            #expect(pause >= full / 2 && pause <= full)
        }
        #expect(backOff.isFailing)
        let now = ContinuousClock.now
        backOff.didConnect(now: now)
        let isTooEarly = !backOff.mayRetryAtOnce(now: now + .milliseconds(10))
        #expect(isTooEarly)
        let isTime = backOff.mayRetryAtOnce(now: now + .seconds(2))
        #expect(isTime)
        #expect(!backOff.isFailing)
    }

    @Test func outagesAreToldFromMistakes() {
        #expect(RedisError(.unavailable, "").isOutage)
        #expect(RedisError(reply: "LOADING x").isOutage)
        #expect(!RedisError(reply: "WRONGTYPE x").isOutage)
        #expect(!RedisError(.cancelled, "").isOutage)
        #expect(RedisError(reply: "WRONGTYPE x").reply == "WRONGTYPE")
    }
}
