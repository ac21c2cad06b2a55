import CPostgres
import Glibc
import Logging

/// Begins a connect on a helper thread: reads libpq's files, sends the first packet.
///
/// libpq's asynchronous connect resolves names and reads the password file synchronously, which is why none of it may
/// happen on the reactor. Afterwards only the socket is left to wait for.
struct ConnectionStarter: Sendable {
    let configuration: PostgresConfiguration
    let logger: Logger

    /// Blocks for as long as the file system likes.
    func start(_ target: ConnectionTarget) -> Result<ConnectionHandle, PostgresError> {
        var parameters = Dictionary(configuration.options.map { ($0.keyword, $0.value) }) { _, last in last }
        for (keyword, value) in sessionDefaults where !configuration.isDecided(keyword) { parameters[keyword] = value }
        parameters["options"] = serverOptions
        parameters["client_encoding"] = "UTF8"
        parameters.merge(target.parameters) { _, chosen in chosen }
        guard let raw = connectStart(parameters) else {
            return .failure(PostgresError(.unavailable, "libpq has no memory for a connection"))
        }
        let handle = ConnectionHandle(adopting: raw, logger: logger)
        // With the server's code in it, the text of a refused start-up can be told apart (`ServerText`).
        PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
        return .success(handle)
    }

    private var sessionDefaults: [(String, String)] {
        [
            ("fallback_application_name", configuration.applicationName),
            ("gssencmode", "disable"),
            ("keepalives", "1"),
            ("keepalives_idle", "30"),
            ("keepalives_interval", "10"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
        ]
    }

    /// `-c` settings of the session: our nets first, so that the user's own options win over them, then what the
    /// decoding of results relies on.
    ///
    /// The server looks after its side of the connection too, or the locks of a host that fell off the network would
    /// stay for as long as the server's kernel likes (two hours by default), the leader's among them.
    private var serverOptions: String {
        let nets = [
            ("statement_timeout", PostgresLimits.statementTimeout), ("lock_timeout", PostgresLimits.lockTimeout),
            ("idle_in_transaction_session_timeout", PostgresLimits.idleInTransactionTimeout),
            ("tcp_user_timeout", PostgresLimits.serverLossTimeout),
        ].map { "-c \($0.0)=\($0.1.wholeMilliseconds)" }
        let probes = ["-c tcp_keepalives_idle=10", "-c tcp_keepalives_interval=5", "-c tcp_keepalives_count=3"]
        let formats = ["-c datestyle=ISO", "-c timezone=UTC", "-c bytea_output=hex", "-c extra_float_digits=1"]
        let plans = configuration.plansOnce ? ["-c plan_cache_mode=force_generic_plan"] : []
        return (nets + probes + plans + [configuration.effective("options") ?? ""] + formats).joined(separator: " ")
    }

    private func connectStart(_ parameters: [String: String]) -> OpaquePointer? {
        let keywords = parameters.keys.map { strdup($0) }
        let values = parameters.values.map { strdup($0) }
        defer { for copy in keywords + values { free(copy) } }
        let keywordList = keywords.map { UnsafePointer($0) } + [nil]
        let valueList = values.map { UnsafePointer($0) } + [nil]
        return PQconnectStartParams(keywordList, valueList, 0)
    }
}

extension Duration {
    /// Milliseconds, rounded down.
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }

    /// As a person would say it: `250 ms`, `10 s`.
    var spoken: String {
        let milliseconds = wholeMilliseconds
        return milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
    }
}
