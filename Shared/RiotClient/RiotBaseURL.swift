import RiotModels

/// Where requests go: a template in which `{route}` is replaced by a route of the closed list, and by nothing else.
struct RiotBaseURL: Sendable, Equatable {
    /// Riot's own.
    static let riot = "https://{route}.api.riotgames.com"

    private static let placeholder = "{route}"
    private static let loopbackHosts: Set<String> = ["127.0.0.1", "[::1]", "localhost"]

    private let beforeRoute: String
    private let afterRoute: String
    /// Whether requests stay on this machine.
    let isLoopback: Bool

    /// Accepts `https://…`, and `http://…` to this machine only, with the placeholder exactly once in host or path.
    init(template: String) throws(RiotError) {
        func refuse(_ why: String) -> RiotError {
            RiotError(
                .invalidConfiguration,
                "The base URL of the Riot API \(why). Right are \(Self.riot) and, on this machine, "
                    + "http://127.0.0.1:18080/\(Self.placeholder)."
            )
        }
        let parts = Self.split(template, at: Self.placeholder)
        guard parts.count == 2 else { throw refuse("must hold \(Self.placeholder) exactly once") }
        guard template.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !#"@?#\"<>"#.utf8.contains($0) })
        else {
            throw refuse("holds a space, a user name, a query or a character that must not stand there")
        }
        let probe = parts[0] + "x" + parts[1]
        let isSecure = probe.hasPrefix("https://")
        guard isSecure || probe.hasPrefix("http://") else { throw refuse("must begin with https://") }
        let authority = probe.dropFirst(isSecure ? 8 : 7).prefix { $0 != "/" }
        guard let host = Self.host(of: authority) else { throw refuse("has no valid host and port") }
        isLoopback = Self.loopbackHosts.contains(host)
        guard isSecure || isLoopback else { throw refuse("may use http:// only to this machine") }
        beforeRoute = parts[0]
        afterRoute = parts[1].last == "/" ? String(parts[1].dropLast()) : parts[1]
    }

    /// The address of a request, or the reason why it must not be sent.
    func address(of request: RiotRequest) throws(RiotError) -> String {
        guard Self.routes.contains(request.route) else {
            throw RiotError(
                .refused,
                "\(request.route) is not a route that can be asked; nothing was sent."
            )
        }
        // An empty segment, `.` and `..` change the path on the way (RFC 3986, section 5.2.4), whether or not they are
        // percent-encoded. A path that does not exist is answered by 403, like a bad key.
        if let bad = request.path.first(where: { ["", ".", ".."].contains($0) }) {
            throw RiotError(.refused, "\"\(bad)\" cannot be asked for at Riot; nothing was sent.")
        }
        var address = beforeRoute + request.route + afterRoute
        for segment in request.path { address += "/" + PercentEncoding.encode(segment) }
        for (index, item) in request.query.enumerated() {
            address += "\(index == 0 ? "?" : "&")\(item.name)=\(item.value)"
        }
        return address
    }

    private static let routes = Set(
        Platform.requestable.map(\.rawValue) + RegionalRoute.allCases.map(\.rawValue)
    )

    private static func host(of authority: Substring) -> String? {
        var host = authority
        if let colon = authority.lastIndex(of: ":"), authority.last != "]" {
            guard let port = UInt16(authority[authority.index(after: colon)...]), port > 0 else {
                return nil
            }
            host = authority[..<colon]
        }
        if host.first == "[" { return host.last == "]" ? host.lowercased() : nil }
        let isName = host.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || $0 == 0x2D
                || $0 == 0x2E
        }
        return isName && !host.isEmpty ? host.lowercased() : nil
    }

    private static func split(_ text: String, at separator: String) -> [String] {
        var parts = [""]
        var rest = Substring(text)
        while !rest.isEmpty {
            if rest.hasPrefix(separator) {
                parts.append("")
                rest = rest.dropFirst(separator.count)
            } else {
                parts[parts.count - 1].append(rest.removeFirst())
            }
        }
        return parts
    }
}
