import Glibc

/// A Redis server of our own: its own directory, reachable only through a Unix socket in it.
///
/// For tests: `try await redis.start()`, then `redis.url`; `kill()` and `start()` again behave like a crash.
public struct PrivateRedis: Sendable {
    /// Where its data, its socket and its configuration are.
    public let directory: String
    /// The server's process.
    public let process: ManagedProcess

    /// Describes a server in a directory, made when missing.
    ///
    /// - Parameter environment: Where `PATH` is looked up; the server itself gets nothing else of it.
    /// - Throws: `unavailable` when no `redis-server` is installed; `invalid` when the socket's path is too long.
    public init(
        directory: String,
        logFile: String? = nil,
        profile: ServerProfile = .durable,
        environment: [String: String]
    ) throws(SupervisionError) {
        let directories = ProgramPath.directories(environment: environment)
        guard let program = ProgramPath.find("redis-server", in: directories) else {
            throw SupervisionError(.unavailable, "redis-server is not installed; it is in the package redis-server.")
        }
        let socket = directory + "/redis.sock"
        try Self.requireUsable(socketPath: socket, of: "Redis")
        self.directory = directory
        self.profile = profile
        var specification = ProcessSpecification(
            name: "redis",
            executable: program,
            arguments: [directory + "/redis.conf"],
            environment: ["PATH": directories.joined(separator: ":"), "LANG": "C.UTF-8"],
            logFile: logFile ?? directory + "/redis.log"
        )
        specification.socket = socket
        specification.workingDirectory = directory
        self.process = ManagedProcess(specification)
    }

    private let profile: ServerProfile

    /// What is started, for a supervisor.
    public var specification: ProcessSpecification { process.specification }
    /// The socket's path.
    public var socket: String { directory + "/redis.sock" }
    /// What goes into `REDIS_URL`.
    public var url: String { "unix://\(socket)?db=0" }
    /// Whether it answers.
    public var readiness: Readiness { .redis(socket: socket) }

    /// Makes the directory and writes the configuration.
    public func prepare() throws(SupervisionError) {
        try PrivateDirectory.make(directory)
        // Without a limit on memory, `noeviction` only states what must never happen: a list that vanishes.
        let settings = """
            port 0
            unixsocket \(socket)
            unixsocketperm 700
            dir \(directory)
            daemonize no
            appendonly yes
            appendfsync \(profile == .durable ? "everysec" : "no")
            save ""
            maxmemory-policy noeviction
            databases 16
            """
        try TextFile.write(settings + "\n", to: directory + "/redis.conf")
    }

    /// Prepares, starts and waits until it answers.
    public func start(within patience: Duration = .seconds(20)) async throws(SupervisionError) {
        try prepare()
        unlink(socket)  // of a server that was killed; ours is the only one in this directory
        try await process.start()
        try await process.requireReady(readiness, within: patience)
    }

    /// Ends it in order: everything is on disk afterwards.
    public func stop() async { await process.stop() }

    /// Ends it as a crash would.
    public func kill() async { await process.kill() }

    static func requireUsable(socketPath: String, of server: String) throws(SupervisionError) {
        guard socketPath.utf8.count <= SocketAddress.longestUnixPath else {
            throw SupervisionError(
                .invalid,
                "The path of the \(server) socket, \(socketPath), has \(socketPath.utf8.count) bytes; Unix sockets allow "
                    + "\(SocketAddress.longestUnixPath). Choose a shorter directory."
            )
        }
        guard !socketPath.contains(where: { $0.isWhitespace || $0 == "'" || $0 == "\"" || $0 == "?" || $0 == "%" })
        else {
            throw SupervisionError(
                .invalid,
                "The directory of \(server), \(socketPath), must not hold spaces, quotes, '?' or '%'."
            )
        }
    }
}

extension ManagedProcess {
    /// Waits until the process answers.
    ///
    /// - Throws: `exited` or `timedOut`, with the process's last lines.
    public nonisolated func requireReady(
        _ readiness: Readiness,
        within patience: Duration
    ) async throws(SupervisionError) {
        let deadline = ContinuousClock.now + patience
        var finding = Readiness.Finding.notYet("it has not answered")
        while ContinuousClock.now < deadline {
            finding = await readiness.wait(until: min(deadline, .now + .milliseconds(200)))
            if finding == .ready { return }
            if let exit = await lastExit {
                throw SupervisionError(.exited, "\(specification.instance) ended with \(exit).\(lastLines)")
            }
            if Task.isCancelled { throw SupervisionError(.cancelled, "The wait was cancelled.") }
        }
        guard case .notYet(let reason) = finding else { return }
        throw SupervisionError(
            .timedOut,
            "\(specification.instance) is not ready after \(patience): \(reason).\(lastLines)"
        )
    }

    private nonisolated var lastLines: String {
        let lines = lastLogLines()
        return lines.isEmpty ? "" : " Its last lines:\n" + lines.map { "    " + $0 }.joined(separator: "\n")
    }
}
