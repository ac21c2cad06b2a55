public import ArgumentParser

/// The flags that every service shares; each wins over the environment and the file.
///
/// The Riot key has no flag, because every user of a machine can read command lines.
public struct ServiceOptions: ParsableArguments, Sendable {
    /// Which of several instances on this host this one is, from 1.
    @Option(help: "Which of several instances on this host this one is, from 1.")
    public var instance = 1

    /// Prints what is in force and ends.
    @Flag(name: .customLong("check-config"), help: "Print every setting, where it came from, and end.")
    public var checksConfiguration = false

    @Option(name: .customLong("config"), help: "A JSON file of settings (RIFTSYNC_CONFIG).")
    var configurationFile: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical (LOG_LEVEL).")
    var logLevel: String?

    @Option(help: "text or json (LOG_FORMAT).")
    var logFormat: String?

    @Option(name: .customLong("runtime-dir"), help: "The directory of the Unix sockets (RUNTIME_DIR).")
    var runtimeDirectory: String?

    @Option(name: .customLong("redis-url"), help: "The Redis server (REDIS_URL); other users see what stands here.")
    var redisURL: String?

    @Option(
        name: .customLong("database-url"),
        help: "The PostgreSQL server (DATABASE_URL); other users see what stands here."
    )
    var databaseURL: String?

    @Option(name: .customLong("riot-api-base-url"), help: "Where requests go, with {route} in it (RIOT_API_BASE_URL).")
    var riotBaseURL: String?

    @Option(name: .customLong("riot-api-key-file"), help: "A file that holds the Riot API key (RIOT_API_KEY_FILE).")
    var riotAPIKeyFile: String?

    /// Creates the options with nothing said.
    public init() {}

    /// Refuses an instance number that no socket can have.
    public func validate() throws {
        guard (1...999).contains(instance) else { throw ValidationError("--instance must be from 1 to 999.") }
    }

    /// The settings that flags said.
    var flags: [SettingName: String] {
        let said: [(SettingName, String?)] = [
            (.configurationFile, configurationFile), (.logLevel, logLevel), (.logFormat, logFormat),
            (.runtimeDirectory, runtimeDirectory), (.redisURL, redisURL), (.databaseURL, databaseURL),
            (.riotBaseURL, riotBaseURL), (.riotAPIKeyFile, riotAPIKeyFile),
        ]
        return Dictionary(uniqueKeysWithValues: said.compactMap { name, text in text.map { (name, $0) } })
    }
}
