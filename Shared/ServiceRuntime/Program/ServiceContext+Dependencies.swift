import Logging
public import Postgres
public import Redis

extension ServiceContext {
    /// The address of Redis.
    ///
    /// - Throws: ``StartupError`` with exit code 78 when none is set.
    public func redisAddress() throws(StartupError) -> RedisAddress {
        guard let url = settings.redisURL else {
            throw .configuration("\(name) needs Redis; set REDIS_URL, for example to redis://127.0.0.1:6379/0")
        }
        do {
            return try RedisAddress(parsing: url.reveal())
        } catch {
            throw .configuration("REDIS_URL: \(error)")
        }
    }

    /// How to reach PostgreSQL; connections are named `riftsync/<instance>` there.
    ///
    /// - Throws: ``StartupError`` with exit code 78 when nothing says where it is.
    public func postgresConfiguration() throws(StartupError) -> PostgresConfiguration {
        guard settings.hasDatabase else {
            throw .configuration(
                "\(name) needs PostgreSQL; set DATABASE_URL, for example to postgresql://user@127.0.0.1/riftsync"
            )
        }
        do {
            return try PostgresConfiguration(
                url: settings.databaseURL?.reveal(),
                applicationName: "riftsync/\(instance)"
            )
        } catch {
            throw .configuration("DATABASE_URL: \(error)")
        }
    }

    /// A Redis client that connects when it is first used, and a health check `redis` for it.
    ///
    /// The check shows the server's version and warnings, and fails while its settings cannot be worked with.
    public func makeRedis() throws(StartupError) -> RedisClient {
        let redis = RedisClient(address: try redisAddress(), name: instance, logger: logger)
        health.register("redis") {
            let report = try await RedisServerReport(asking: redis, timeout: .milliseconds(1_500))
            if let obstacle = report.obstacle { throw StartupError.configuration(obstacle) }
            return (["version \(report.version ?? "unknown")"] + report.warnings).joined(separator: "; ")
        }
        return redis
    }

    /// Refuses a Redis whose settings cannot be worked with, and warns of those that should be better.
    ///
    /// Asked at the start only: a Redis that is away then is waited for, and one that changes later, by a failover
    /// perhaps, must not end the whole fleet. The health check tells of both.
    ///
    /// - Throws: ``StartupError`` with exit code 78.
    public func requireUsable(_ redis: RedisClient) async throws(StartupError) {
        let report: RedisServerReport
        do {
            report = try await RedisServerReport(asking: redis, timeout: .seconds(1))
        } catch {
            return logger.warning("starting without Redis", metadata: ["error": "\(error)"])
        }
        if let obstacle = report.obstacle { throw .configuration("REDIS_URL: \(obstacle)") }
        for warning in report.warnings { logger.warning("\(warning)") }
    }

    /// A PostgreSQL pool that connects when it is first used, and a health check `postgres` for it.
    ///
    /// - Parameter plansOnce: its statements find their rows by key, and are planned once.
    public func makePostgres(
        maximumConnections: Int = 4,
        plansOnce: Bool = false
    ) throws(StartupError) -> PostgresPool {
        var configuration = try postgresConfiguration()
        configuration.plansOnce = plansOnce
        let pool = PostgresPool(
            configuration: configuration,
            maximumConnections: maximumConnections,
            logger: logger
        )
        health.register("postgres") {
            _ = try await pool.query("SELECT 1", [], timeout: .milliseconds(1_500))
            return nil
        }
        return pool
    }

    /// The Riot API key.
    ///
    /// - Throws: ``StartupError`` with exit code 78 when there is none.
    public func riotAPIKey() throws(StartupError) -> Secret {
        guard let key = settings.riotAPIKey else {
            throw .configuration("\(name) needs a Riot API key; set RIOT_API_KEY or RIOT_API_KEY_FILE")
        }
        return key
    }
}
