public import Logging

/// What is in force for this process, read once at start; only the key's file is looked at again (``RiotKeyWatch``).
///
/// A flag wins over the environment, the environment over the file, the file over the default. What a program needs
/// and has not is not an error here: ``ServiceContext`` says so when it is asked for.
public struct Settings: Sendable {
    /// The Riot API key, when there is one.
    public let riotAPIKey: Secret?
    /// The file that the key came from, when it came from one.
    public let riotAPIKeyFile: String?
    /// Where requests go; holds `{route}` once and no slash at its end.
    public let riotBaseURL: String
    /// The scope under which puuids are stored.
    public let riotKeyScope: String
    /// The Redis server's address, which may hold a password.
    public let redisURL: Secret?
    /// The prefix of every Redis key.
    public let redisPrefix: String
    /// The PostgreSQL server's address, which may hold a password.
    public let databaseURL: Secret?
    /// Whether PostgreSQL is configured, by ``databaseURL`` or by libpq's own variables.
    public let hasDatabase: Bool
    /// The year of a request that names none.
    public let defaultMatchYear: Int
    /// Syncs that one client address may start per minute; 0 means no limit.
    public let startLimit: Int
    /// The address on which the gateway listens.
    public let gatewayHost: String
    /// The port on which the gateway listens; 0 takes a free one.
    public let gatewayPort: Int
    /// The directory of the Unix sockets: absolute, no slash at its end.
    public let runtimeDirectory: String
    /// Where private servers keep their data: absolute, no slash at its end.
    public let dataDirectory: String
    /// What the clean-up removes; an orchestrator reads it.
    public let cleanupClasses: String
    /// Other cron lines for single entries of the schedule; a beat reads it.
    public let schedule: String
    /// The name of the zone in which the schedule's times of day are meant; a beat reads it.
    public let scheduleTimeZone: String
    /// Match workers that are started together.
    public let matchWorkers: Int
    /// Timeline workers that are started together.
    public let timelineWorkers: Int
    /// The least severe level that is logged at start.
    public let logLevel: Logger.Level
    /// How log lines look.
    public let logFormat: LogFormat
    /// The lines of `--check-config`, in the order of ``SettingName``.
    public let report: SettingsReport
}
