import Glibc
import ServiceRuntime

/// What a beat is called in `schedule_run`, for people.
enum RunnerName {
    /// `<host>/<instance>/<process id>`: every start of a beat is another runner.
    static func make(_ context: ServiceContext) -> String {
        var name = utsname()
        let host =
            uname(&name) == 0
            ? withUnsafeBytes(of: &name.nodename) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
            : "localhost"
        return "\(host)/\(context.instance)/\(getpid())"
    }
}
