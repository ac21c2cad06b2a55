import CPostgres

/// Where a server is and how to enter it.
///
/// Read by libpq's own rules: a URI (several hosts allowed), a `keyword=value` string, and for what those do not say the
/// `PG*` environment, the password file and the service file.
public struct PostgresConfiguration: Sendable, CustomStringConvertible {
    /// What the connection string says itself, in its order.
    private(set) var options: [(keyword: String, value: String)]
    /// What libpq would use for the rest; nil where it has no default.
    let defaults: [String: String]
    /// Keywords whose default comes from the environment or the service file.
    private let userDefaults: Set<String>
    let applicationName: String
    /// Prepared statements are planned once, and not for their arguments.
    ///
    /// PostgreSQL plans a statement again for each call when it believes that knowing the length of an array pays. For
    /// statements that find their rows by key it never does, and planning costs more than running them.
    public var plansOnce = false

    /// Reads a connection string; nil or an empty one leaves everything to the environment.
    ///
    /// - Throws: `.invalidConfiguration`, without repeating the string, which may hold a password.
    public init(url: String?, applicationName: String) throws(PostgresError) {
        self.applicationName = applicationName
        self.options = try Self.parse(url ?? "")
        (self.defaults, self.userDefaults) = Self.libraryDefaults()
        if let encoding = self["client_encoding"], !["utf8", "utf-8", "auto"].contains(encoding.lowercased()) {
            throw PostgresError(
                .invalidConfiguration,
                "client_encoding must be UTF8 or left out of the database URL: texts are UTF-8 here"
            )
        }
    }

    /// The same server and user, another database.
    public func rewritten(database: String) -> PostgresConfiguration {
        var copy = self
        copy.options.removeAll { $0.keyword == "dbname" }
        copy.options.append(("dbname", database))
        return copy
    }

    /// The connection string as a libpq URI, password included: for another process, never for a log.
    public var uri: String {
        let query = options.filter { $0.keyword != "dbname" }.map { "\($0.keyword)=\(Self.escape($0.value))" }
        let database = options.last { $0.keyword == "dbname" }.map { Self.escape($0.value) } ?? ""
        return "postgresql:///\(database)" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    /// The server, user and database, without any password.
    public var description: String {
        let user = effective("user").map { "\($0)@" } ?? ""
        return "postgresql://\(user)\(endpoint)/\(effective("dbname") ?? effective("user") ?? "")"
    }

    /// `host:port` of every server that is tried, or the path of its socket.
    public var endpoint: String {
        let names = Self.list(effective("host"))
        let addresses = Self.list(effective("hostaddr"))
        let ports = Self.list(effective("port"))
        let count = max(names.count, addresses.count, 1)
        return (0..<count).map { index in
            let port = ports.isEmpty ? "5432" : ports[min(index, ports.count - 1)]
            let name = index < names.count ? names[index] : ""
            let host = name.isEmpty && index < addresses.count ? addresses[index] : name
            if host.hasPrefix("/") { return "\(host)/.s.PGSQL.\(port.isEmpty ? "5432" : port)" }
            if host.isEmpty { return "the default socket, port \(port.isEmpty ? "5432" : port)" }
            return (host.contains(":") ? "[\(host)]" : host) + ":\(port.isEmpty ? "5432" : port)"
        }.joined(separator: ", ")
    }

    /// What the connection string says about `keyword`.
    subscript(keyword: String) -> String? {
        options.last { $0.keyword == keyword }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }

    /// What libpq will use for `keyword`.
    func effective(_ keyword: String) -> String? { self[keyword] ?? defaults[keyword] }

    /// Whether the person who set this up, rather than libpq's build, decided about `keyword`.
    func isDecided(_ keyword: String) -> Bool { self[keyword] != nil || userDefaults.contains(keyword) }

    /// `a,,b` as libpq reads a list: empty places count.
    static func list(_ text: String?) -> [String] {
        guard let text, !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    private static func parse(_ text: String) throws(PostgresError) -> [(keyword: String, value: String)] {
        if text.utf8.contains(0) {
            throw PostgresError(.invalidConfiguration, "the database URL holds a NUL character")
        }
        if let scheme = text.firstRange(of: "://").map({ text[..<$0.lowerBound] }),
            scheme.allSatisfy({ $0.isLetter || $0 == "+" }), !["postgres", "postgresql"].contains(scheme)
        {
            throw PostgresError(
                .invalidConfiguration,
                "the database URL begins with \(scheme)://; expected postgresql://user@host:port/database"
            )
        }
        var words: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(text, &words) else {
            defer { PQfreemem(words) }
            // The quoted parts of libpq's message repeat the string, password included.
            let reason = ServerText.withoutQuotedValues(ServerText.line(from: words))
            throw PostgresError(.invalidConfiguration, "the database URL cannot be read: \(reason)")
        }
        defer { PQconninfoFree(parsed) }
        return entries(parsed).compactMap { entry in
            entry.val.map { (String(cString: entry.keyword), String(cString: $0)) }
        }
    }

    private static func libraryDefaults() -> (values: [String: String], fromUser: Set<String>) {
        guard let parsed = PQconndefaults() else { return ([:], []) }
        defer { PQconninfoFree(parsed) }
        var values: [String: String] = [:]
        var fromUser: Set<String> = []
        for entry in entries(parsed) {
            guard let raw = entry.val else { continue }
            let keyword = String(cString: entry.keyword)
            let value = String(cString: raw)
            if value.isEmpty { continue }
            values[keyword] = value
            if value != entry.compiled.map({ String(cString: $0) }) { fromUser.insert(keyword) }
        }
        return (values, fromUser)
    }

    private static func entries(_ list: UnsafeMutablePointer<PQconninfoOption>) -> [PQconninfoOption] {
        var result: [PQconninfoOption] = []
        var next = list
        while next.pointee.keyword != nil {
            result.append(next.pointee)
            next += 1
        }
        return result
    }

    /// Percent-encodes everything but the unreserved characters of RFC 3986, section 2.3.
    private static func escape(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
