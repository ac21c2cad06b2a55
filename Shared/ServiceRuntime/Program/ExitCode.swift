/// How a program ends, in the words of sysexits(3).
public enum ExitCode: Int32, Sendable {
    /// All went well, or the program was asked to stop and did.
    case success = 0
    /// The command line was wrong.
    case usage = 64
    /// Something that is needed does not answer.
    case unavailable = 69
    /// A mistake of the program itself.
    case `internal` = 70
    /// Another try later may succeed, such as when another instance still runs.
    case tryAgain = 75
    /// The settings are wrong or incomplete, or do not fit the data.
    case configuration = 78
}
