import FoundationEssentials
import Glibc
import ServiceRuntime
import Supervision

/// Starts a stack in a process of its own that outlives us, and waits until it is ready.
struct BackgroundStack: Sendable {
    /// How long all of it may take to get ready.
    static let patience = Duration.seconds(600)

    let settings: Settings
    let order: StackOrder
    let console: Console

    /// Returns when everything is ready and the demonstration has ended.
    ///
    /// Ctrl-C meanwhile ends the waiting only.
    func run() async throws {
        let log = settings.dataDirectory + "/logs/up.log"
        let already = LogFile(path: log).size
        let process = ManagedProcess(
            ProcessSpecification(
                name: "up",
                executable: ExecutableDirectory.ours + "/riftctl",
                arguments: arguments,
                environment: ProcessInfo.processInfo.environment,
                logFile: log
            )
        )
        let identity = try await process.start()
        var tail = LogTail(path: log, offset: already)
        let state = try await waitUntilReady(process, identity) { for line in tail.newLines() { console.say(line) } }
        for line in tail.newLines() { console.say(line) }
        guard let gateway = GatewayAddress(state.gateway) else { return }
        try await Demo(
            order: order,
            settings: settings,
            gateway: GatewayClient(host: gateway.host, port: gateway.port),
            console: console
        ).run()
        console.say("It goes on in the background (pid \(identity.pid), log \(log)); compose/down ends it.")
    }

    private var arguments: [String] {
        var arguments = ["up", "--no-demo", "--in-background"]
        if let player = order.player { arguments += ["--player", player] }
        if let platform = order.platform { arguments += ["--platform", platform] }
        if let year = order.year { arguments += ["--year", String(year)] }
        return arguments
    }

    private func waitUntilReady(
        _ process: ManagedProcess,
        _ identity: ProcessIdentity,
        meanwhile: () -> Void
    ) async throws -> StackState {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            meanwhile()
            if let exit = await process.lastExit {
                meanwhile()
                guard case .exited(let code) = exit, code != 0 else {
                    throw CommandFailure(.unavailable, "The start ended with \(exit).")
                }
                throw CommandFailure(passingOn: code)
            }
            if let state = try StackState.read(from: settings.runtimeDirectory), state.supervisor == identity,
                state.phase == .ready
            {
                return state
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandFailure(
            .unavailable,
            "It is not ready after \(Self.patience); compose/status shows how far it is."
        )
    }
}

/// Reads what is appended to a log.
private struct LogTail {
    let path: String
    var offset: Int

    mutating func newLines() -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = pread(descriptor, &buffer, buffer.count, off_t(offset))
        guard count > 0, let end = buffer[..<count].lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        offset += end + 1
        return buffer[..<end].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The host and the port of `http://host:port`.
private struct GatewayAddress {
    let host: String
    let port: Int

    init?(_ text: String) {
        guard text.hasPrefix("http://"), let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...])
        else { return nil }
        self.port = port
        self.host = text[..<colon].dropFirst("http://".count).filter { $0 != "[" && $0 != "]" }
    }
}
