/// What `status` shows of one process.
public struct ProcessStatus: Sendable, Equatable, Codable {
    /// What kind of process it is.
    public var name: String
    /// Which one of its kind.
    public var instance: String
    /// Its number, while it runs.
    public var pid: Int32?
    /// Where it is in its life.
    public var state: RestartStateMachine.State
    /// The Unix socket it answers on.
    public var socket: String?
    /// The TCP port it answers on.
    public var port: Int?
    /// How often it was started again after it had died.
    public var restarts: Int
    /// Since when it is in this state, in milliseconds since 1970.
    public var since: Int64
    /// How it ended the last time, in words.
    public var lastExit: String?
    /// Where its output goes.
    public var log: String
    /// The signals that end it, for whoever has to do so in our place.
    public var stopSignal: Int32
    /// What tells it apart from a later process with its number.
    public var identity: ProcessIdentity?
}
