import Compression
import Testing

@Suite struct GzipTests {
    @Test(arguments: [0, 1, 2, 255, 65_535, 65_536, 1_000_003])
    func inflatesWhatItDeflated(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
        for level in [-1, 0, 1, 6, 12, 99] {
            let packed = Gzip.deflate(bytes, level: level)
            #expect(Gzip.isGzip(packed))
            #expect(try Gzip.inflate(packed, limit: size) == bytes)
        }
    }

    @Test func equalInputGivesEqualOutput() {
        let bytes = Array("one two three".utf8)
        #expect(Gzip.deflate(bytes) == Gzip.deflate(bytes))
    }

    @Test func limitIsExact() throws {
        let packed = Gzip.deflate([UInt8](repeating: 7, count: 100_000))
        #expect(try Gzip.inflate(packed, limit: 100_000).count == 100_000)
        #expect(code { try Gzip.inflate(packed, limit: 99_999) } == .tooLarge)
        #expect(code { try Gzip.inflate(packed, limit: 0) } == .tooLarge)
        #expect(try Gzip.inflate(Gzip.deflate([]), limit: 0).isEmpty)
    }

    @Test func footerIsOnlyAHint() {
        var packed = Gzip.deflate([UInt8](repeating: 7, count: 10_000))
        for size: [UInt8] in [[0, 0, 0, 0], [255, 255, 255, 255], [1, 0, 0, 0]] {
            packed.replaceSubrange(packed.count - 4..<packed.count, with: size)
            #expect(code { try Gzip.inflate(packed, limit: 1 << 20) } == .damaged)
        }
    }

    @Test func membersAreJoined() throws {
        let first = Array("first ".utf8)
        let second = [UInt8](repeating: 65, count: 50_000)
        let packed = Gzip.deflate(first) + Gzip.deflate([]) + Gzip.deflate(second)
        #expect(try Gzip.inflate(packed, limit: 60_000) == first + second)
        #expect(code { try Gzip.inflate(packed, limit: 50_005) } == .tooLarge)
    }

    @Test func everyTruncationAndTrailingByteIsRefused() {
        let packed = Gzip.deflate(Array("a body that matters".utf8))
        for length in 0..<packed.count {
            let found = code { try Gzip.inflate(Array(packed.prefix(length)), limit: 1000) }
            #expect(found == (length < 2 ? .notGzip : .damaged), "cut at \(length)")
        }
        #expect(code { try Gzip.inflate(packed + [0], limit: 1000) } == .damaged)
        #expect(code { try Gzip.inflate(packed + [0x1F], limit: 1000) } == .damaged)
        #expect(code { try Gzip.inflate(packed + [0x1F, 0x8B], limit: 1000) } == .damaged)
    }

    @Test func everyFlippedBitIsNoticedOrHarmless() throws {
        let body = Array("a body that matters".utf8)
        let packed = Gzip.deflate(body)
        for position in packed.indices {
            for bit in 0..<8 {
                var damaged = packed
                damaged[position] ^= 1 << UInt8(bit)
                // Header bytes such as the time are not protected by the checksum; the body is.
                if let inflated = try? Gzip.inflate(damaged, limit: 1000) { #expect(inflated == body) }
            }
        }
    }

    @Test func plainTextIsNotGzip() {
        #expect(!Gzip.isGzip([]))
        #expect(!Gzip.isGzip(Array("{}".utf8)))
        #expect(code { try Gzip.inflate(Array("{\"a\":1}".utf8), limit: 100) } == .notGzip)
    }

    private func code(_ body: () throws -> [UInt8]) -> GzipError.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? GzipError)?.code
        }
    }
}
