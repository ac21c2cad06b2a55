import Glibc
import Subprocess
import SystemPackage

/// A PostgreSQL server of our own: its own cluster, reachable only through a Unix socket in a directory of its own.
///
/// PostgreSQL refuses to run as root; as root it runs as the user `postgres`, who then owns the directory. Whoever may
/// enter that directory (its owner and root) is let in as the superuser `riftsync` without a password.
///
/// For tests: `try await postgres.start()`, then `postgres.url()`; `kill()` and `start()` again behave like a crash.
public struct PrivatePostgres: Sendable {
    /// The database role that owns everything.
    public static let role = "riftsync"

    /// Where the cluster (`data`) and the socket are.
    public let directory: String
    /// The server's process.
    public let process: ManagedProcess
    private let programs: PostgresPrograms
    private let account: ServiceAccount?
    private let profile: ServerProfile

    /// Describes a server in a directory, made when missing.
    ///
    /// - Parameter environment: Where `PATH` is looked up; the server itself gets nothing else of it.
    /// - Throws: `unavailable` when PostgreSQL is not installed, or not in the version that wrote the data; `invalid`
    ///   when the socket's path is too long.
    public init(
        directory: String,
        logFile: String? = nil,
        profile: ServerProfile = .durable,
        environment: [String: String]
    ) throws(SupervisionError) {
        try PrivateRedis.requireUsable(socketPath: Self.socket(in: directory) + ".lock", of: "PostgreSQL")
        let written = ProcFile.read(directory + "/data/PG_VERSION").flatMap { Int($0.prefix { $0.isNumber }) }
        self.programs = try PostgresPrograms.find(version: written, environment: environment)
        self.account = try ServiceAccount.forPostgres()
        self.directory = directory
        self.profile = profile
        let command = try Self.command(
            programs.postgres,
            ["-D", directory + "/data"] + Self.settings(socketDirectory: directory, profile: profile),
            as: account
        )
        var specification = ProcessSpecification(
            name: "postgres",
            executable: command.program,
            arguments: command.arguments,
            environment: Self.environment(programs),
            logFile: logFile ?? directory + ".log"
        )
        specification.stopSignal = SIGINT  // a fast shutdown: sessions are ended, everything is written
        specification.killSignal = SIGQUIT  // an immediate one: like a crash, but shared memory is given back
        specification.socket = Self.socket(in: directory)
        specification.workingDirectory = "/"
        self.process = ManagedProcess(specification)
    }

    /// What is started, for a supervisor.
    public var specification: ProcessSpecification { process.specification }
    /// Whether it answers.
    public var readiness: Readiness {
        .postgres(dataDirectory: directory + "/data", socket: Self.socket(in: directory))
    }

    /// What goes into `DATABASE_URL` for a database of this server.
    public func url(database: String = "postgres") -> String {
        "postgresql://\(Self.role)@/\(database)?host=\(directory)"
    }

    /// Makes the directory and, the first time, the cluster.
    public func prepare() async throws(SupervisionError) {
        try PrivateDirectory.make(directory, account: account)
        if let account { try PrivateDirectory.requireReachable(directory, by: account) }
        guard access(directory + "/data/PG_VERSION", F_OK) != 0 else { return }
        // Made aside and renamed, so that a cluster that was interrupted half made is never taken for one.
        let aside = directory + "/data.new"
        try await run("/bin/rm", ["-rf", aside])
        var arguments = [
            "-D", aside, "--username", Self.role, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8",
            "--data-checksums",
        ]
        if profile == .scratch { arguments.append("--no-sync") }
        try await run(programs.initdb, arguments)
        guard rename(aside, directory + "/data") == 0 else {
            throw SupervisionError(.system, "\(aside) cannot be renamed: \(String(cString: strerror(errno))).")
        }
    }

    /// Makes a database unless it is there already.
    ///
    /// The server must be ready.
    public func makeDatabase(_ name: String) async throws(SupervisionError) {
        let isPlain = name.allSatisfy { $0 == "_" || $0.isASCII && ($0.isLowercase || $0.isNumber) }
        precondition(isPlain, "the name of a database goes into SQL as it is")
        let connect = ["-X", "-w", "-q", "-t", "-A", "-h", directory, "-U", Self.role, "-d", "postgres", "-c"]
        let found = try await run(programs.psql, connect + ["SELECT 1 FROM pg_database WHERE datname = '\(name)'"])
        if found.isEmpty { try await run(programs.psql, connect + ["CREATE DATABASE \(name)"]) }
    }

    /// Prepares, starts and waits until it answers.
    public func start(within patience: Duration = .seconds(60)) async throws(SupervisionError) {
        try await prepare()
        try await process.start()
        try await process.requireReady(readiness, within: patience)
    }

    /// Ends it in order.
    public func stop() async { await process.stop() }

    /// Ends it and its sessions as a crash would: SIGKILL to every process of it.
    ///
    /// The sessions lead process groups of their own, and a server cannot start again while one of them still holds the
    /// shared memory; so they are looked up first and waited for.
    public func kill() async {
        let sessions = await process.identity?.children ?? []
        await process.kill()
        for session in sessions { session.signal(SIGKILL) }
        for session in sessions { _ = await Leftovers.isGone(session, within: .seconds(10)) }
    }

    // MARK: -

    private static func socket(in directory: String) -> String { directory + "/.s.PGSQL.5432" }

    /// Modest settings, because it shares a machine with everything else; many connections, because each service keeps
    /// a few.
    private static func settings(socketDirectory: String, profile: ServerProfile) -> [String] {
        var settings = [
            "listen_addresses": "", "unix_socket_directories": socketDirectory, "unix_socket_permissions": "0700",
            "max_connections": "200", "shared_buffers": "128MB", "max_wal_size": "2GB", "checkpoint_timeout": "15min",
            "wal_compression": "on", "jit": "off", "timezone": "UTC", "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %a ", "log_checkpoints": "off",
        ]
        // Not synchronous_commit: what was committed must outlive a killed server in tests as well.
        if profile == .scratch { settings["fsync"] = "off" }
        return settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private static func environment(_ programs: PostgresPrograms) -> [String: String] {
        ["PATH": ([programs.directory] + ProgramPath.usual).joined(separator: ":"), "LANG": "C.UTF-8"]
    }

    private static func command(
        _ program: String,
        _ arguments: [String],
        as account: ServiceAccount?
    ) throws(SupervisionError) -> (program: String, arguments: [String]) {
        try account?.command(program, arguments, directories: ProgramPath.usual) ?? (program, arguments)
    }

    /// Runs one of the small programs as the server's user and returns what it printed.
    @discardableResult
    private func run(_ program: String, _ arguments: [String]) async throws(SupervisionError) -> String {
        let command = try Self.command(program, arguments, as: account)
        let environment = Self.environment(programs).map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        let failure: String
        do {
            let result = try await Subprocess.run(
                Configuration(
                    executable: .path(FilePath(command.program)),
                    arguments: Arguments(command.arguments),
                    environment: .custom(Dictionary(environment) { $1 }),
                    workingDirectory: "/"
                ),
                output: .string(limit: 64 * 1024),
                error: .string(limit: 64 * 1024)
            )
            if result.terminationStatus.isSuccess { return result.standardOutput }
            failure = result.standardError
        } catch {
            failure = "\(error)"
        }
        throw SupervisionError(.unavailable, "\(program) failed: \(failure)")
    }
}
