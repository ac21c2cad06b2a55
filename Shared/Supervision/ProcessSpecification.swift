import Glibc

/// What to start, and how to end it.
public struct ProcessSpecification: Sendable {
    /// What kind of process this is, for example `match-worker`.
    public var name: String
    /// Which one of its kind, for example `match-worker-2`.
    public var instance: String
    /// The program's path.
    public var executable: String
    /// The arguments after the program's name.
    ///
    /// They show in process lists: no secret belongs here.
    public var arguments: [String]
    /// The whole environment of the process.
    public var environment: [String: String]
    /// Where it starts, or `nil` for our own working directory.
    public var workingDirectory: String?
    /// The file that takes what it prints; made when missing, appended to otherwise.
    public var logFile: String
    /// The signal that asks it to end in good order.
    public var stopSignal: Int32 = SIGTERM
    /// The signal that ends it at once; PostgreSQL has a better one than SIGKILL.
    public var killSignal: Int32 = SIGKILL
    /// How long it may take over ending in good order before it is killed.
    public var stopPatience: Duration = .seconds(30)
    /// Whether it gets our standard streams and stays in our process group, as a command typed by a person does.
    ///
    /// Nothing goes to `logFile` then, and a Ctrl-C typed at the terminal reaches it directly.
    public var usesOurTerminal = false
    /// The Unix socket that it answers on.
    public var socket: String?
    /// A socket that is handed to it as sd_listen_fds(3) describes; a process with `usesOurTerminal` gets none.
    public var listener: HeldListener?
    /// The TCP port of 127.0.0.1 that it answers on.
    public var port: Int?

    /// Describes a process whose instance is called like its kind unless named otherwise.
    public init(
        name: String,
        instance: String? = nil,
        executable: String,
        arguments: [String] = [],
        environment: [String: String],
        logFile: String
    ) {
        self.name = name
        self.instance = instance ?? name
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.logFile = logFile
    }
}
