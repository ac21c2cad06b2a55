import CPostgres
import Glibc
import Logging

/// Begins a connect on a helper thread: resolves names, reads libpq's files, sends the first packet.
///
/// libpq's asynchronous connect resolves names and reads the password file synchronously, which is why none of it may
/// happen on the reactor. Afterwards only the socket is left to wait for.
struct ConnectionStarter: Sendable {
    let configuration: PostgresConfiguration
    let logger: Logger

    /// Blocks; may take as long as the resolver likes.
    func start() -> Result<ConnectionHandle, PostgresError> {
        var parameters = Dictionary(configuration.options.map { ($0.keyword, $0.value) }) { _, last in last }
        for (keyword, value) in sessionDefaults where !configuration.isDecided(keyword) { parameters[keyword] = value }
        parameters["options"] = serverOptions
        parameters["client_encoding"] = "UTF8"
        if configuration["service"] == nil {
            switch resolveHosts() {
            case .failure(let error): return .failure(error)
            case .success(let hosts): parameters.merge(hosts) { _, resolved in resolved }
            }
        }
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
    private var serverOptions: String {
        let nets = [
            ("statement_timeout", PostgresLimits.statementTimeout), ("lock_timeout", PostgresLimits.lockTimeout),
            ("idle_in_transaction_session_timeout", PostgresLimits.idleInTransactionTimeout),
        ].map { "-c \($0.0)=\($0.1.wholeMilliseconds)" }
        let formats = ["-c datestyle=ISO", "-c timezone=UTC", "-c bytea_output=hex", "-c extra_float_digits=1"]
        return (nets + [configuration.effective("options") ?? ""] + formats).joined(separator: " ")
    }

    private func connectStart(_ parameters: [String: String]) -> OpaquePointer? {
        let keywords = parameters.keys.map { strdup($0) }
        let values = parameters.values.map { strdup($0) }
        defer { for copy in keywords + values { free(copy) } }
        let keywordList = keywords.map { UnsafePointer($0) } + [nil]
        let valueList = values.map { UnsafePointer($0) } + [nil]
        return PQconnectStartParams(keywordList, valueList, 0)
    }

    // MARK: Names

    /// `host`, `hostaddr` and `port` lists in which every name stands once per address.
    ///
    /// Several addresses of one name are tried in their order, as libpq would do.
    private func resolveHosts() -> Result<[String: String], PostgresError> {
        let names = PostgresConfiguration.list(configuration.effective("host"))
        let given = PostgresConfiguration.list(configuration.effective("hostaddr"))
        let ports = PostgresConfiguration.list(configuration.effective("port"))
        let needsNoResolver = names.allSatisfy { $0.isEmpty || $0.hasPrefix("/") || $0.hasPrefix("@") }
        let isResolved = given.count == names.count && given.allSatisfy { !$0.isEmpty }
        let isMismatch = ports.count > 1 && ports.count != names.count  // libpq says so itself
        if needsNoResolver || isResolved || isMismatch { return .success([:]) }

        var hosts: [(name: String, address: String, port: String)] = []
        var lastError: PostgresError?
        for (index, name) in names.enumerated() {
            let port = ports.count == names.count ? ports[index] : ports.first ?? ""
            let address = index < given.count ? given[index] : ""
            if name.isEmpty || name.hasPrefix("/") || name.hasPrefix("@") || !address.isEmpty {
                hosts.append((name, address, port))
                continue
            }
            switch Self.addresses(of: name) {
            case .success(let found): hosts += found.map { (name, $0, port) }
            case .failure(let error): lastError = error
            }
        }
        if hosts.isEmpty, let lastError { return .failure(lastError) }
        return .success([
            "host": hosts.map(\.name).joined(separator: ","),
            "hostaddr": hosts.map(\.address).joined(separator: ","),
            "port": hosts.map(\.port).joined(separator: ","),
        ])
    }

    private static func addresses(of name: String) -> Result<[String], PostgresError> {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else {
            let reason = String(cString: gai_strerror(code))
            return .failure(
                PostgresError(.unavailable, "cannot connect to PostgreSQL: the name \(name) has no address (\(reason))")
            )
        }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var next = list
        while let entry = next {
            if let text = numericText(of: entry.pointee), !found.contains(text) { found.append(text) }
            next = entry.pointee.ai_next
        }
        return .success(found)
    }

    private static func numericText(of entry: addrinfo) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let code = getnameinfo(
                entry.ai_addr,
                entry.ai_addrlen,
                base,
                socklen_t(NI_MAXHOST),
                nil,
                0,
                NI_NUMERICHOST
            )
            return code == 0 ? String(cString: base) : nil
        }
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
