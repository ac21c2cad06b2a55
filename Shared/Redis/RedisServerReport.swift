/// What a server says of itself, as far as the queue and the limits depend on it.
///
/// Read with INFO, which services that forbid CONFIG allow too.
public struct RedisServerReport: Sendable, Equatable {
    /// The version, such as `7.0.15`.
    public let version: String?
    /// What it does when its memory is full, such as `noeviction`.
    public let evictionPolicy: String?
    /// Whether it writes every change to a file.
    public let isAppendOnly: Bool?

    /// Asks the server of `client`.
    ///
    /// A server that forbids INFO to its user makes a report in which nothing is known.
    ///
    /// - Throws: as `RedisClient.send`.
    public init(asking client: RedisClient, timeout: Duration = .seconds(2)) async throws(RedisError) {
        do {
            let answer = try await client.send(["INFO"], timeout: timeout)
            self.init(information: answer.text ?? "")
        } catch  where error.reply == "NOPERM" {
            self.init(information: "")
        }
    }

    /// Reads the text that INFO answers with: lines of `name:value` (https://redis.io/docs/latest/commands/info).
    init(information: String) {
        var values: [Substring: String] = [:]
        for line in information.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            values[line[..<colon]] = String(line[line.index(after: colon)...])
        }
        version = values["redis_version"]
        evictionPolicy = values["maxmemory_policy"]
        isAppendOnly = values["aof_enabled"].map { $0 == "1" }
    }

    /// Why this server cannot be used, in a sentence for its operator; nil when it can, as far as is known.
    public var obstacle: String? {
        if let version, !Self.isSupported(version) {
            return "Redis \(version) is too old: 6.2 or later is needed"
        }
        if let evictionPolicy, evictionPolicy != "noeviction" {
            return
                "Redis would throw jobs and limits away when its memory is full (maxmemory-policy \(evictionPolicy)); "
                + "set maxmemory-policy noeviction"
        }
        return nil
    }

    /// What is usable but worth a warning, one sentence each.
    public var warnings: [String] {
        var warnings: [String] = []
        if isAppendOnly == false {
            warnings.append(
                "Redis keeps no append-only file: after its restart the queue is filled again from PostgreSQL, and "
                    + "Riot's limits are learned anew (appendonly yes)"
            )
        }
        if version == nil || evictionPolicy == nil || isAppendOnly == nil {
            warnings.append(
                "Redis does not tell all of version, maxmemory-policy and appendonly; make sure that they are 6.2 or "
                    + "later, noeviction and yes"
            )
        }
        return warnings
    }

    private static func isSupported(_ version: String) -> Bool {
        let parts = version.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
        return (parts.first ?? 0, parts.dropFirst().first ?? 0) >= (6, 2)
    }
}
