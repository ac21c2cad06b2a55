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
    public func makeRedis() throws(StartupError) -> RedisClient {
        let redis = RedisClient(address: try redisAddress(), name: instance, logger: logger)
        health.register("redis") {
            try await redis.ping(timeout: .milliseconds(1_500))
            return nil
        }
        return redis
    }

    /// A PostgreSQL pool that connects when it is first used, and a health check `postgres` for it.
    public func makePostgres(maximumConnections: Int = 4) throws(StartupError) -> PostgresPool {
        let pool = PostgresPool(
            configuration: try postgresConfiguration(),
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
