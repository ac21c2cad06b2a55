import Glibc
import JSONRPC
import Logging
import ServiceRuntime

/// The services of this host, found by their sockets.
struct ServicePeers: Sendable {
    let directory: String
    /// This process's own socket, which need not be asked.
    let ownSocket: String
    let logger: Logger

    /// What one service answered.
    struct Answer: Sendable {
        /// The name of the socket without its ending.
        let instance: String
        /// Nil when it did not answer in time.
        let metrics: ServiceMetrics?
    }

    /// Asks every service for its figures, all at once; one that does not answer in time is only marked.
    func metrics() async -> [Answer] {
        let sockets = Self.sockets(in: directory).filter { $0 != ownSocket }.prefix(GatewayLimits.maximumPeers)
        return await withTaskGroup(of: Answer.self) { group in
            for path in sockets { group.addTask { await ask(path) } }
            var answers: [Answer] = []
            for await answer in group { answers.append(answer) }
            return answers.sorted { $0.instance < $1.instance }
        }
    }

    private func ask(_ path: String) async -> Answer {
        let client = JSONRPCClient(socketPath: path, connectPatience: .zero, logger: logger)
        let metrics = try? await client.call(
            "service.metrics",
            returning: ServiceMetrics.self,
            timeout: GatewayLimits.metricsTimeout
        )
        await client.close()
        let file = path.split(separator: "/").last ?? ""
        return Answer(instance: String(file.dropLast(5)), metrics: metrics)
    }

    /// The paths of the sockets of a directory, sorted.
    static func sockets(in directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var paths: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".sock") { paths.append("\(directory)/\(name)") }
        }
        return paths.sorted()
    }
}
