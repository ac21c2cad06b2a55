import Glibc
import Reactor

/// Where log lines go: a descriptor, by one write(2) a line, never waiting for a reader.
///
/// A stalled reader of a pipe must not stop the cooperative pool, so a line for which the descriptor has no room is
/// dropped and counted; the next line that fits is preceded by the count.
final class LogSink: Sendable {
    /// Secrets that are looked for in every line; an older one is forgotten when there are more.
    private static let maximumSecrets = 16

    private struct State {
        var droppedLines = 0
        var totalDroppedLines = 0
        var secrets: [[UInt8]] = []
    }

    private let descriptor: Int32
    private let state = Lock(State())

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// Lines that were dropped since the start.
    var droppedLines: Int { state.withLock(\.totalDroppedLines) }

    /// Makes sure that `secret` never leaves through this sink, whoever put it into a line.
    func mask(_ secret: Secret) {
        let bytes = Array(secret.reveal().utf8)
        guard bytes.count >= 8 else { return }  // a shorter one would be found in ordinary words
        state.withLock { state in
            guard !state.secrets.contains(bytes) else { return }
            if state.secrets.count == Self.maximumSecrets { state.secrets.removeFirst() }
            state.secrets.append(bytes)
        }
    }

    /// Writes one line, which ends in a newline and is at most ``LogLine/maximumBytes`` long.
    ///
    /// - Parameter droppedNotice: makes the line that tells how many were dropped before this one.
    func write(_ line: [UInt8], droppedNotice: (Int) -> [UInt8]) {
        state.withLock { state in
            let masked = Self.masking(state.secrets, in: line)
            if state.droppedLines > 0, writeWhole(droppedNotice(state.droppedLines)) { state.droppedLines = 0 }
            guard state.droppedLines > 0 || !writeWhole(masked) else { return }
            state.droppedLines += 1
            state.totalDroppedLines += 1
        }
    }

    /// Writes the line unless there is no room for it; a file always has room.
    private func writeWhole(_ line: [UInt8]) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 0) == 1, entry.revents & Int16(POLLOUT) != 0 else { return false }
        while true {
            let count = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            return count == line.count
        }
    }

    private static func masking(_ secrets: [[UInt8]], in line: [UInt8]) -> [UInt8] {
        var line = line
        for secret in secrets {
            while let range = line.firstRange(of: secret) { line.replaceSubrange(range, with: Array("***".utf8)) }
        }
        return line
    }
}
