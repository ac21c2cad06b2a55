import Foundation
import Glibc
import Reactor

/// A Redis server of one test, which the test may stop, continue and kill.
///
/// Unchecked because `process` is replaced only by the one test that owns the server.
public final class ScratchRedis: @unchecked Sendable {
    /// Where its Unix socket is.
    public let socketPath: String
    /// Its port on the loopback interface.
    public let port: Int
    private let directory: URL
    private let arguments: [String]
    private var process: Process?

    /// Its address over the Unix socket.
    public var url: String { "unix://\(socketPath)" }

    /// Starts a server in a directory of its own and waits until it serves.
    public init(_ arguments: [String] = []) async throws {
        directory = FileManager.default.temporaryDirectory.appending(
            path: "riftsync-redis-\(UUID().uuidString.prefix(8))"
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        socketPath = directory.appending(path: "redis.sock").path
        port = try LoopbackSocket.freePort()
        self.arguments = arguments
        try await start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Starts the process and waits for its word that it accepts connections.
    public func start() async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", socketPath,
                "--save", "",
                "--dir", directory.path,
            ] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        self.process = process
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let descriptor = output.fileHandleForReading.fileDescriptor
        while !text.contains("accept connections") {
            _ = try await IOReactor.shared.wait(
                descriptor: descriptor,
                for: .read,
                until: .now + .seconds(20)
            )
            let read = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if read <= 0 { throw ScratchRedisFailed(output: text) }
            text += String(decoding: buffer.prefix(read), as: UTF8.self)
        }
    }

    /// The server does nothing any more, but its sockets stay open.
    public func pause() { signal(SIGSTOP) }

    /// The server goes on.
    public func resume() { signal(SIGCONT) }

    /// The server is gone at once.
    public func kill() {
        signal(SIGKILL)
        process?.waitUntilExit()
        process = nil
    }

    private func signal(_ number: Int32) {
        if let process, process.isRunning { _ = Glibc.kill(process.processIdentifier, number) }
    }
}

/// The server ended before it served.
struct ScratchRedisFailed: Error, CustomStringConvertible {
    let output: String

    var description: String { "redis-server did not start: \(output)" }
}
