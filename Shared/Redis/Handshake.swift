/// What is said first on a new connection: who we are, which database, and whether the server serves.
struct Handshake {
    let address: RedisAddress
    let name: String
    let mustBeMaster: Bool

    private enum Step { case login, name, database, role, ping }

    /// Sends all steps at once and judges the answers.
    ///
    /// - Throws: ``RedisError/Code/unavailable`` with a sentence that names neither password nor user.
    func perform(
        on connection: Connection,
        until deadline: ContinuousClock.Instant
    )
        async throws(RedisError)
    {
        var steps: [(Step, RedisCommand)] = []
        if let password = address.password {
            let login = (address.user.map { [RedisArgument($0)] } ?? []) + [RedisArgument(password)]
            steps.append((.login, try RedisCommand(["AUTH"] + login)))
        }
        steps.append((.name, try RedisCommand(["CLIENT", "SETNAME", RedisArgument(visibleName)])))
        if address.database != 0 {
            steps.append((.database, try RedisCommand(["SELECT", RedisArgument(address.database)])))
        }
        if mustBeMaster { steps.append((.role, try RedisCommand(["ROLE"]))) }
        steps.append((.ping, try RedisCommand(["PING"])))
        let replies = try await connection.exchange(steps.map(\.1), until: deadline)
        for ((step, _), reply) in zip(steps, replies) { try judge(step, reply) }
    }

    private func judge(_ step: Step, _ reply: RedisValue) throws(RedisError) {
        if step == .role, let role = reply.array?.first?.text, role != "master" {
            throw RedisError(
                .unavailable,
                "the sentinels name it as the master, but it is a replica: a failover goes on"
            )
        }
        guard case .error(let text) = reply else { return }
        let word = String(text.prefix { $0 != " " })
        switch (step, word) {
        case (.name, _): return  // a convenience for operators; an ACL may forbid it
        case (.login, "ERR"):
            throw RedisError(.unavailable, "the address has a password, but the server has none")
        case (.login, _):
            throw RedisError(.unavailable, "the server refuses the user name or password (\(word))")
        case (.database, _) where word != "NOAUTH":
            throw RedisError(.unavailable, "the server has no database \(address.database) (\(word))")
        case (_, "NOAUTH"):
            throw RedisError(
                .unavailable,
                "the server wants a password; give it in the address, redis://:password@host:port/db"
            )
        case (.role, "NOPERM"):
            throw RedisError(.unavailable, "behind sentinels the command ROLE is needed, which its user may not run")
        case (_, "LOADING"): throw RedisError(.unavailable, "the server is loading its data")
        default:
            throw RedisError(.unavailable, "the server answers \(text.prefix(RedisLimits.errorText))")
        }
    }

    /// `CLIENT SETNAME` takes printable characters without spaces.
    private var visibleName: String {
        String(
            decoding: name.utf8.map { (33...126).contains($0) ? $0 : UInt8(ascii: "-") },
            as: UTF8.self
        )
    }
}
