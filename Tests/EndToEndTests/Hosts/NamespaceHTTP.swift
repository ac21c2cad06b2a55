import Foundation
import TestSupport

/// Speaks HTTP with a server inside a network namespace, through `nc` that runs in there.
enum NamespaceHTTP {
    /// Seconds in which nothing may come.
    private static let patience = 20

    /// Sends a request on a connection of its own and reads all of the answer.
    static func send(
        _ method: String,
        through command: [String],
        host: String,
        port: Int,
        _ path: String,
        body: String? = nil
    ) async throws -> HTTPAnswer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n"
        if let body { head += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n" }
        let request = Data((head + "\r\n" + (body ?? "")).utf8)
        let arguments = command + ["nc", "-w", String(patience), host, String(port)]
        let answer = try await withCheckedThrowingContinuation { continuation in
            // A thread of its own, because reading from a pipe blocks.
            RelaySocket.thread { continuation.resume(with: Result { try exchange(arguments, request) }) }
        }
        return try LoopbackHTTP.parse(answer)
    }

    private static func exchange(_ arguments: [String], _ request: Data) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/nsenter")
        process.arguments = arguments
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: request)
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return answer
    }
}
