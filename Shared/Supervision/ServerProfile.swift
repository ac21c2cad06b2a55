/// How careful a private server is with what it is given.
public enum ServerProfile: Sendable {
    /// Data outlive a loss of power.
    case durable
    /// Data outlive any crash of a process, not of the machine; for tests.
    case scratch
}
