import Glibc
public import Redis

/// Sees every command that a server runs, those inside scripts too.
///
/// For a server of the test's own: it shows the commands of everybody.
public final class RedisMonitor {
    /// The system refused, or the server said something else than it should.
    public struct Failure: Error {}

    private let descriptor: Int32
    private var text: [UInt8] = []

    /// Begins to look at the server behind a Unix socket.
    public init(socketPath: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let descriptor = descriptor
        let question = Array("MONITOR\r\n".utf8)
        guard RelaySocket.withAddress(socketPath, { connect(descriptor, $0, $1) }) == 0,
            write(descriptor, question, question.count) == question.count
        else { throw Failure() }
        while !text.starts(with: "+OK\r\n".utf8) { try read() }
    }

    deinit { close(descriptor) }

    /// The words of every command that scripts have run so far.
    public func commandsOfScripts(_ client: RedisClient) async throws -> [[String]] {
        // What a server shows comes in order, so all of it has come when this has.
        let end = "end-of-looking-\(UInt64.random(in: .min ... .max))"
        _ = try await client.send(["ECHO", RedisArgument(end)])
        while !String(decoding: text.suffix(16_384), as: UTF8.self).contains(end) { try read() }
        return String(decoding: text, as: UTF8.self).split(separator: "\r\n")
            .filter { $0.contains(" lua] \"") }
            .map { line in Self.words(line[(line.firstIndex(of: "\"") ?? line.endIndex)...]) }
    }

    private func read() throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count > 0 else { throw Failure() }
        text += buffer[..<count]
    }

    /// `"HGET" "a \"b\""` as two words; what is not text stays escaped, which is enough for keys of ours.
    private static func words(_ text: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word?.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                if let whole = word { words.append(whole) }
                word = word == nil ? "" : nil
            } else {
                word?.append(character)
            }
        }
        return words
    }
}

extension RedisClient {
    /// The keys among the words of a command, as the server sees them.
    public func keys(of command: [String]) async throws -> [String] {
        if command.count < 2 { return [] }  // TIME and the like
        do {
            let answer = try await send(["COMMAND", "GETKEYS"] + command.map { RedisArgument($0) })
            return answer.array?.compactMap(\.text) ?? []
        } catch {
            guard error.message.contains("no key arguments") else { throw error }
            return []
        }
    }
}
