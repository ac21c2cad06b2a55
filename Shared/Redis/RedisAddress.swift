/// Where a Redis server is and how to log in there.
///
/// Written as `redis://[user:password@]host[:port][/database]` or `unix:///path[?db=0]`; the latter also in Celery's
/// way, `redis+socket:///path?virtual_host=0`. Its description masks the password.
public struct RedisAddress: Sendable, Equatable {
    enum Endpoint: Sendable, Equatable {
        case tcp(host: String, port: UInt16)
        case unix(path: String)
    }

    let endpoint: Endpoint
    let user: String?
    let password: String?
    let database: Int

    /// Reads an address.
    ///
    /// - Throws: ``RedisError/Code/invalidAddress`` with a sentence that does not repeat the address, which may hold
    ///   a password.
    public init(parsing url: String) throws(RedisError) {
        guard let mark = url.firstRange(of: "://") else {
            throw Self.invalid("it must begin with redis:// or unix://, as in redis://127.0.0.1:6379/0")
        }
        let scheme = url[..<mark.lowerBound].lowercased()
        let (rest, query) = Self.split(url[mark.upperBound...], at: "?")
        let options = try Self.options(query)
        switch scheme {
        case "redis":
            let (authority, path) = Self.split(rest, at: "/")
            let (credentials, place) = Self.splitLast(authority, at: "@")
            let login = try Self.login(credentials, options)
            self.init(
                endpoint: try Self.tcp(place),
                user: login.user,
                password: login.password,
                database: try Self.database(path.isEmpty ? options["db"] : String(path))
            )
        case "unix", "redis+socket":
            let (authority, path) = Self.split(rest, at: "/")
            guard authority.isEmpty || authority.hasSuffix("@") else {
                throw Self.invalid(
                    "the path of a socket follows three slashes, as in unix:///run/redis/redis.sock"
                )
            }
            let login = try Self.login(authority.dropLast(), options)
            self.init(
                endpoint: .unix(path: try Self.socketPath(path)),
                user: login.user,
                password: login.password,
                database: try Self.database(options["db"] ?? options["virtual_host"])
            )
        case "rediss":
            throw Self.invalid(
                "rediss:// asks for TLS, which the Redis library in use does not have; use redis://, a Unix socket, "
                    + "or a TLS tunnel such as stunnel on this host"
            )
        default:
            throw Self.invalid("\(scheme.prefix(20)):// is not known; use redis:// or unix://")
        }
    }

    private init(endpoint: Endpoint, user: String?, password: String?, database: Int) {
        self.endpoint = endpoint
        self.user = user
        self.password = password
        self.database = database
    }

    // MARK: Parts

    private static func tcp(_ place: Substring) throws(RedisError) -> Endpoint {
        var host = place
        var port: UInt16 = 6379
        let isBare6 = place.hasSuffix("]")
        if !isBare6, let colon = place.lastIndex(of: ":") {
            guard let number = UInt16(place[place.index(after: colon)...]), number > 0 else {
                throw invalid("the port must be a number from 1 to 65535")
            }
            port = number
            host = place[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else {
            throw invalid("it names no host")
        }
        return .tcp(host: String(host), port: port)
    }

    private static func socketPath(_ path: Substring) throws(RedisError) -> String {
        let path = "/" + (try decoded(path))
        guard path.utf8.count > 1 else {
            throw invalid("it names no socket, as in unix:///run/redis/redis.sock")
        }
        // sockaddr_un.sun_path holds 108 bytes with its end (unix(7)); hiredis cuts a longer path without a word.
        guard path.utf8.count <= 107 else {
            throw invalid("the path of a Unix socket has at most 107 bytes")
        }
        return path
    }

    private static func login(
        _ credentials: Substring,
        _ options: [String: String]
    ) throws(RedisError) -> (user: String?, password: String?) {
        let (user, password) = split(credentials, at: ":")
        let given = (try decoded(user), try decoded(password))
        return (
            given.0.isEmpty ? options["username"] : given.0,
            given.1.isEmpty ? options["password"] : given.1
        )
    }

    private static func database(_ text: String?) throws(RedisError) -> Int {
        guard let text, !text.isEmpty else { return 0 }
        guard let number = Int(text), (0..<65_536).contains(number) else {
            throw invalid("the database must be a number such as 0")
        }
        return number
    }

    private static func options(_ query: Substring) throws(RedisError) -> [String: String] {
        var options: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let (name, value) = split(pair, at: "=")
            options[try decoded(name)] = try decoded(value)
        }
        return options
    }

    // MARK: Text

    private static func split(_ text: Substring, at mark: Character) -> (Substring, Substring) {
        guard let index = text.firstIndex(of: mark) else { return (text, "") }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func splitLast(_ text: Substring, at mark: Character) -> (Substring, Substring) {
        guard let index = text.lastIndex(of: mark) else { return ("", text) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// Resolves `%41` and the like (RFC 3986, 2.1).
    private static func decoded(_ text: Substring) throws(RedisError) -> String {
        guard text.contains("%") else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(Substring(rest.prefix(2)))
            guard digits.count == 2, let value = UInt8(digits, radix: 16) else {
                throw invalid("a % must be followed by two hexadecimal digits")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func invalid(_ reason: String) -> RedisError {
        RedisError(.invalidAddress, "the address of Redis cannot be used: \(reason)")
    }
}

extension RedisAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The address with its password masked.
    public var description: String {
        let login =
            password == nil && user == nil ? "" : "\(user ?? "")\(password == nil ? "" : ":•••")@"
        return switch endpoint {
        case .tcp(let host, let port):
            "redis://\(login)\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)"
        case .unix(let path): "unix://\(login)\(path)?db=\(database)"
        }
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Shows nothing of the inside, so that a dump does not print the password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
