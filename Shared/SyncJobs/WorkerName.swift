import Glibc
public import ServiceRuntime

/// The name under which a process holds jobs: the same after a restart, so that it gives back what it held.
public enum WorkerName {
    /// `<host>/<instance>`; the runtime directory tells two systems on one host apart.
    public static func make(_ context: ServiceContext) -> String {
        "\(hostName())\(context.settings.runtimeDirectory)/\(context.instance)"
    }

    private static func hostName() -> String {
        var name = utsname()
        guard uname(&name) == 0 else { return "localhost" }
        return withUnsafeBytes(of: &name.nodename) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
