/// A command as hiredis takes it: the bytes of all words, one after the other, and the length of each.
struct RedisCommand: Sendable {
    let bytes: [UInt8]
    let lengths: [Int]

    /// - Throws: ``RedisError/Code/invalidCommand`` when there is no word, or more than a command may hold.
    init(_ words: [RedisArgument]) throws(RedisError) {
        let count = words.reduce(0) { $0 + $1.bytes.count }
        guard !words.isEmpty else {
            throw RedisError(.invalidCommand, "a Redis command has at least one word")
        }
        guard count <= RedisLimits.commandBytes else {
            throw RedisError(
                .invalidCommand,
                "a Redis command of \(count) bytes is more than the limit of \(RedisLimits.commandBytes)"
            )
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for word in words { bytes.append(contentsOf: word.bytes) }
        self.bytes = bytes
        self.lengths = words.map(\.bytes.count)
    }

    /// Calls `body` with the words as C wants them; the pointers end with the call.
    func withWords<Result>(
        _ body: (_ words: inout [UnsafePointer<CChar>?], _ lengths: [Int]) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { buffer in
            // An empty array may have no address; hiredis copies zero bytes from this one then.
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1) { nowhere in
                let base =
                    buffer.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) }
                    ?? nowhere.baseAddress.map { UnsafePointer($0) }
                var offset = 0
                var words: [UnsafePointer<CChar>?] = lengths.map { length in
                    defer { offset += length }
                    return base.map { $0 + offset }
                }
                return body(&words, lengths)
            }
        }
    }
}
