/// The settings that every program of the system understands, by the names that stay.
///
/// The raw value is the environment variable, and the member's name in a configuration file.
public enum SettingName: String, Sendable, CaseIterable {
    /// The Riot API key itself.
    case riotAPIKey = "RIOT_API_KEY"
    /// A file that holds the key; an error together with ``riotAPIKey``.
    case riotAPIKeyFile = "RIOT_API_KEY_FILE"
    /// Where requests go, with `{route}` where the route belongs.
    case riotBaseURL = "RIOT_API_BASE_URL"
    /// The application under which puuids are stored, because Riot encrypts them per application.
    case riotKeyScope = "RIOT_KEY_SCOPE"
    /// The Redis server.
    case redisURL = "REDIS_URL"
    /// The prefix of every Redis key.
    case redisPrefix = "REDIS_PREFIX"
    /// The PostgreSQL server; without it libpq's own `PG*` variables are used when any is set.
    case databaseURL = "DATABASE_URL"
    /// The year of a request that names none.
    case defaultMatchYear = "DEFAULT_MATCH_YEAR"
    /// How many syncs one client address may start per minute; 0 lifts the limit.
    case startLimit = "START_LIMIT"
    /// The address on which the gateway listens.
    case gatewayHost = "GATEWAY_HOST"
    /// The port on which the gateway listens; 0 takes a free one.
    case gatewayPort = "GATEWAY_PORT"
    /// The directory of the Unix sockets.
    case runtimeDirectory = "RUNTIME_DIR"
    /// Where private servers started on this machine keep their data.
    case dataDirectory = "DATA_DIR"
    /// What the clean-up removes, and from which age on.
    case cleanupClasses = "CLEANUP_CLASSES"
    /// Other cron lines for single entries of the schedule.
    case schedule = "SCHEDULE"
    /// Where the schedule's times of day are meant.
    case scheduleTimeZone = "SCHEDULE_TIME_ZONE"
    /// How many match workers are started together.
    case matchWorkers = "MATCH_WORKERS"
    /// How many timeline workers are started together.
    case timelineWorkers = "TIMELINE_WORKERS"
    /// The least severe level that is logged.
    case logLevel = "LOG_LEVEL"
    /// `text` or `json`.
    case logFormat = "LOG_FORMAT"
    /// The configuration file itself, which cannot name another.
    case configurationFile = "RIFTSYNC_CONFIG"

    /// Other variables that are read when the name itself is not set, in this order.
    ///
    /// The Celery deployment that this system replaces configured Redis through them.
    var environmentAliases: [String] {
        self == .redisURL ? ["CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"] : []
    }

    /// Whether a value is never shown, not even in an error.
    var isSecret: Bool { self == .riotAPIKey }

    /// Whether a value may hold a password among other things.
    var mayHoldPassword: Bool { self == .redisURL || self == .databaseURL }
}
