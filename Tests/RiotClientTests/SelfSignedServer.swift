import Foundation
import Glibc
import Reactor

/// A TLS server on loopback with a certificate that nobody has signed: `openssl s_server`.
///
/// Unchecked because nothing in it changes after `init`.
final class SelfSignedServer: @unchecked Sendable {
    /// Whether the program is there.
    static let isAvailable = ["/usr/bin/openssl", "/usr/local/bin/openssl"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let port: UInt16
    private let directory: URL
    private let process: Process

    init() async throws {
        directory = FileManager.default.temporaryDirectory.appending(
            path: "riftsync-tls-\(UUID().uuidString.prefix(8))"
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let (key, certificate) = (directory.appending(path: "key").path, directory.appending(path: "cert").path)
        let (making, _) = try Self.openssl(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key]
                + [
                    "-out", certificate, "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                    "subjectAltName=IP:127.0.0.1",
                ]
        )
        making.waitUntilExit()
        let output: Int32
        (process, output) = try Self.openssl([
            "s_server", "-www", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate,
        ])
        port = try await Self.port(announcedOn: output)
    }

    deinit {
        _ = kill(process.processIdentifier, SIGKILL)  // the mask of the thread that started it may hold SIGTERM back
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: directory)
    }

    private static func openssl(_ arguments: [String]) throws -> (process: Process, output: Int32) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, dup(output.fileHandleForReading.fileDescriptor))
    }

    /// The port in the line `ACCEPT 127.0.0.1:<port>`.
    private static func port(announcedOn descriptor: Int32) async throws -> UInt16 {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            _ = try await IOReactor.shared.wait(descriptor: descriptor, for: .read, until: .now + .seconds(20))
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw SelfSignedServerFailed(output: text) }
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
            for line in text.split(separator: "\n").dropLast(text.hasSuffix("\n") ? 0 : 1)
            where line.hasPrefix("ACCEPT") {
                if let port = line.split(separator: ":").last.flatMap({ UInt16($0) }) { return port }
            }
        }
    }
}

/// The server ended before it served.
struct SelfSignedServerFailed: Error, CustomStringConvertible {
    let output: String

    var description: String { "openssl s_server did not start: \(output)" }
}
