/// Where a Redis server is and how to log in there.
///
/// Written as `redis://[user:password@]host[:port][/database]` or `unix:///path[?db=0]`; the latter also in Celery's
/// way, `redis+socket:///path?virtual_host=0`. A server that sentinels watch is written as
/// `redis+sentinel://[user:password@]sentinel[:port],sentinel[:port]/master[/database]`, with the login of the master
/// before the @ and that of the sentinels in `?sentinel_username=…&sentinel_password=…`. Its description masks passwords.
public struct RedisAddress: Sendable, Equatable {
    enum Endpoint: Sendable, Equatable {
        case tcp(host: String, port: UInt16)
        case unix(path: String)
        case sentinels(SentinelGroup)
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
        case "redis+sentinel":
            let (authority, path) = Self.split(rest, at: "/")
            let (credentials, places) = Self.splitLast(authority, at: "@")
            let (master, database) = Self.split(path, at: "/")
            let login = try Self.login(credentials, options)
            self.init(
                endpoint: .sentinels(try Self.sentinels(places, master: master, options)),
                user: login.user,
                password: login.password,
                database: try Self.database(database.isEmpty ? options["db"] : String(database))
            )
        case "sentinel":
            throw Self.invalid(
                "Celery's sentinel:// does not name the master; write all sentinels and its name into one address, as in "
                    + "redis+sentinel://host1:26379,host2:26379/mymaster/0"
            )
        case "rediss":
            throw Self.invalid(
                "rediss:// asks for TLS, which the Redis library in use does not have; use redis://, a Unix socket, "
                    + "or a TLS tunnel such as stunnel on this host"
            )
        default:
            throw Self.invalid("\(scheme.prefix(20)):// is not known; use redis://, redis+sentinel:// or unix://")
        }
    }

    private init(endpoint: Endpoint, user: String?, password: String?, database: Int) {
        self.endpoint = endpoint
        self.user = user
        self.password = password
        self.database = database
    }

    /// Another server with the same login and database: the master that sentinels have named.
    func server(host: String, port: UInt16) -> RedisAddress {
        RedisAddress(endpoint: .tcp(host: host, port: port), user: user, password: password, database: database)
    }

    /// One of the sentinels, with their own login; they have no databases.
    static func sentinel(at place: SentinelGroup.Place, of group: SentinelGroup) -> RedisAddress {
        RedisAddress(
            endpoint: .tcp(host: place.host, port: place.port),
            user: group.user,
            password: group.password,
            database: 0
        )
    }

    // MARK: Parts

    private static func tcp(_ place: Substring) throws(RedisError) -> Endpoint {
        let (host, port) = try hostAndPort(place, defaultPort: 6379)
        return .tcp(host: host, port: port)
    }

    private static func sentinels(
        _ places: Substring,
        master: Substring,
        _ options: [String: String]
    ) throws(RedisError) -> SentinelGroup {
        var group = SentinelGroup(
            places: [],
            master: try decoded(master),
            user: options["sentinel_username"],
            password: options["sentinel_password"]
        )
        for place in places.split(separator: ",", omittingEmptySubsequences: false) {
            let (host, port) = try hostAndPort(place, defaultPort: 26_379)
            group.places.append(SentinelGroup.Place(host: host, port: port))
        }
        guard group.places.count <= RedisLimits.sentinels else {
            throw invalid("it names more than \(RedisLimits.sentinels) sentinels")
        }
        // The characters that Sentinel itself allows in the name.
        guard !group.master.isEmpty,
            group.master.utf8.allSatisfy({ byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || ".-_".utf8.contains(byte)
            })
        else {
            throw invalid(
                "the name of the master follows the sentinels, as in redis+sentinel://host1:26379,host2:26379/mymaster/0"
            )
        }
        return group
    }

    private static func hostAndPort(
        _ place: Substring,
        defaultPort: UInt16
    ) throws(RedisError) -> (host: String, port: UInt16) {
        var host = place
        var port = defaultPort
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
        return (String(host), port)
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
        case .sentinels(let group): "redis+sentinel://\(login)\(group)/\(group.master)/\(database)"
        case .unix(let path): "unix://\(login)\(path)?db=\(database)"
        }
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Shows nothing of the inside, so that a dump does not print the password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
