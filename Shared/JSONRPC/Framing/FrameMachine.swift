import Glibc

/// Cuts a stream of bytes into frames: JSON texts that end with a line feed.
///
/// Pure: bytes go in with `receive`, frames come out with `next`, and nothing here reads, waits or parses. Carriage
/// returns before the line feed and empty lines are ignored. A frame beyond the limit is skipped up to its line feed.
struct FrameMachine: ~Copyable {
    /// What the bytes received so far amount to.
    enum Event: Equatable {
        /// A frame, without its line ending.
        case frame([UInt8])
        /// A frame beyond the limit ended; it was not kept.
        case oversize
        /// More bytes without a line feed than a peer may ever send: the connection is of no use any more.
        case hopeless
    }

    /// Memory that an idle connection may hold.
    private static let keptCapacity = 128 << 10

    private let frameLimit: Int
    private let skipLimit: Int
    private var buffer: [UInt8] = []
    private var start = 0  // of the frame that is being received
    private var scanned = 0  // no line feed in buffer[start..<scanned]
    private var skipped = 0  // bytes dropped of a frame beyond the limit; 0: not skipping
    private var isHopeless = false

    init(frameLimit: Int = JSONRPCLimits.frameBytes, skipLimit: Int = JSONRPCLimits.skippedBytes) {
        self.frameLimit = frameLimit
        self.skipLimit = skipLimit
    }

    /// Whether a frame has begun and not ended.
    ///
    /// Ask after `next` has returned `nil`.
    var hasUnfinishedFrame: Bool { skipped > 0 || buffer.count > start }

    /// Takes bytes that were read; nothing more once the machine has said that it is hopeless.
    mutating func receive(_ bytes: some Collection<UInt8>) {
        guard !isHopeless else { return }
        if start == buffer.count {
            if buffer.capacity > Self.keptCapacity { buffer = [] } else { buffer.removeAll(keepingCapacity: true) }
            (start, scanned) = (0, 0)
        } else if start > Self.keptCapacity / 2 {
            buffer.removeFirst(start)
            (start, scanned) = (0, scanned - start)
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next event, or `nil` when more bytes are needed.
    mutating func next() -> Event? {
        while true {
            guard let end = nextLineFeed() else { return unfinished() }
            let line = start..<end
            start = end + 1
            scanned = start
            if skipped > 0 {
                skipped = 0
                return .oversize
            }
            if let event = event(of: line) { return event }
        }
    }

    /// The peer sends no more: what is left counts as a frame, because `printf '…' | nc` ends without a line feed.
    mutating func finish() -> Event? {
        if let event = next() { return event }
        guard hasUnfinishedFrame else { return nil }
        let line = start..<buffer.count
        start = buffer.count
        scanned = start
        if skipped > 0 {
            skipped = 0
            return .oversize
        }
        return event(of: line)
    }

    private func event(of line: Range<Int>) -> Event? {
        var line = line
        if line.last.map({ buffer[$0] }) == UInt8(ascii: "\r") { line = line.dropLast() }
        if line.isEmpty { return nil }
        return line.count > frameLimit ? .oversize : .frame(Array(buffer[line]))
    }

    /// Searches only bytes that were not searched before: a sender of single bytes costs no more than others.
    private mutating func nextLineFeed() -> Int? {
        let found = buffer.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, scanned < bytes.count,
                let hit = memchr(base + scanned, 0x0A, bytes.count - scanned)
            else { return nil }
            return base.distance(to: UnsafeRawPointer(hit))
        }
        if found == nil { scanned = buffer.count }
        return found
    }

    private mutating func unfinished() -> Event? {
        let length = buffer.count - start
        // One byte more than the limit may be the carriage return of a frame that is just large enough.
        guard skipped > 0 || length > frameLimit + 1 else { return nil }
        skipped += length
        buffer.removeAll()
        start = 0
        scanned = 0
        guard skipped > skipLimit else { return nil }
        isHopeless = true
        skipped = 0
        return .hopeless
    }
}
