import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes a line at once, also into a pipe.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

extension ExitCode {
    /// The exit code 69, with its reason on the standard error.
    static func unavailable(_ reason: String) -> ExitCode {
        let line = "riot-simulator: \(reason)\n"
        _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
        return ExitCode(69)
    }
}
