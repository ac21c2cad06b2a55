import Glibc

/// One place where a server may be, tried by a connection of its own, with a deadline of its own.
///
/// libpq would try several hosts in one go, but its asynchronous connect knows no time-outs: a host that never answers
/// would keep all the others from being asked.
struct ConnectionTarget: Sendable, Equatable {
    /// What is said to libpq instead of what the connection string says.
    var parameters: [String: String]

    /// Every place that the connection string means, in the order in which libpq tries them: each name once per
    /// address.
    ///
    /// With several hosts it is the one that takes writes that is wanted, unless `target_session_attrs` says otherwise.
    /// Blocks; may take as long as the resolver likes.
    static func all(of configuration: PostgresConfiguration) -> Result<[ConnectionTarget], PostgresError> {
        let names = PostgresConfiguration.list(configuration.effective("host"))
        let given = PostgresConfiguration.list(configuration.effective("hostaddr"))
        let ports = PostgresConfiguration.list(configuration.effective("port"))
        let count = max(names.count, given.count)
        let isMismatch =
            (!names.isEmpty && !given.isEmpty && names.count != given.count)
            || (ports.count > 1 && ports.count != count)
        // libpq says itself what does not fit, reads the service file, and knows its default socket.
        if configuration["service"] != nil || isMismatch || count == 0 {
            return .success([ConnectionTarget(parameters: [:])])
        }

        var places: [[String: String]] = []
        var lastError: PostgresError?
        for index in 0..<count {
            var place = ["port": ports.count == count ? ports[index] : ports.first ?? ""]
            place["host"] = index < names.count ? names[index] : ""
            let name = place["host"] ?? ""
            if index < given.count, !given[index].isEmpty {
                place["hostaddr"] = given[index]
                places.append(place)
            } else if name.isEmpty || name.hasPrefix("/") || name.hasPrefix("@") {
                place["hostaddr"] = ""
                places.append(place)
            } else {
                switch addresses(of: name) {
                case .success(let found):
                    places += found.map { address in place.merging(["hostaddr": address]) { $1 } }
                case .failure(let error): lastError = error
                }
            }
        }
        if places.isEmpty, let lastError { return .failure(lastError) }
        let targets = wanted(of: configuration, hosts: count).flatMap { wanted in
            places.map { ConnectionTarget(parameters: $0.merging(wanted) { $1 }) }
        }
        return .success(targets)
    }

    /// `host:port` as the connection string has it, for a list of reasons.
    var name: String {
        let host = parameters["host"].flatMap { $0.isEmpty ? nil : $0 } ?? parameters["hostaddr"] ?? ""
        let port = parameters["port"].flatMap { $0.isEmpty ? nil : $0 } ?? "5432"
        if host.hasPrefix("/") { return "\(host)/.s.PGSQL.\(port)" }
        return "\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// The kinds of server that are looked for, one after the other at all places.
    private static func wanted(of configuration: PostgresConfiguration, hosts: Int) -> [[String: String]] {
        let keyword = "target_session_attrs"
        guard hosts > 1 else { return [[:]] }
        guard configuration.isDecided(keyword) else { return [[keyword: "read-write"]] }
        // Each place is a connection of its own, so what libpq does in two rounds is done in two rounds here.
        let isTwoRounds = configuration.effective(keyword) == "prefer-standby"
        return isTwoRounds ? [[keyword: "standby"], [keyword: "any"]] : [[:]]
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
