import FoundationEssentials
import RiotModels

extension Settings {
    /// Reads the settings of this process: its flags, its environment, and the file that one of them names.
    ///
    /// - Throws: ``SettingsError`` with one sentence per problem.
    public static func load(flags: [SettingName: String]) throws(SettingsError) -> Settings {
        try load(flags: flags, environment: ProcessInfo.processInfo.environment, host: .current())
    }

    static func load(
        flags: [SettingName: String],
        environment: [String: String],
        host: HostFacts
    ) throws(SettingsError) -> Settings {
        let path = flags[.configurationFile] ?? environment[SettingName.configurationFile.rawValue] ?? ""
        let file: SettingsFile? = path.isEmpty ? nil : try SettingsFile(path: path)
        return try load(flags: flags, environment: environment, file: file, host: host)
    }

    /// The pure part: what the layers say about each setting, for the given host.
    static func load(
        flags: [SettingName: String],
        environment: [String: String],
        file: SettingsFile?,
        host: HostFacts
    ) throws(SettingsError) -> Settings {
        typealias Parse = SettingParsers
        var reader = SettingsReader(layers: SettingsLayers(flags: flags, environment: environment, file: file))
        let (key, keyFile) = readKey(&reader)
        let baseURL = reader.value(
            .riotBaseURL,
            default: "https://{route}.api.riotgames.com",
            Parse.riotBaseURL
        )
        let scope = reader.value(.riotKeyScope, default: "default") { text throws(SettingProblem) in
            try Parse.name(text, allowed: "-_.", maximumBytes: 64)
        }
        let redisURL = reader.optional(.redisURL, Parse.redisURL)
        let redisPrefix = reader.value(.redisPrefix, default: "riftsync:") { text throws(SettingProblem) in
            try Parse.name(text, allowed: "-_.:{}", maximumBytes: 64)
        }
        let databaseURL = reader.optional(.databaseURL, Parse.databaseURL)
        let libpqVariables = environment.keys.filter { libpqAddressVariables.contains($0) }.sorted()
        if databaseURL == nil, !libpqVariables.isEmpty {
            reader.show(.databaseURL, as: libpqVariables.joined(separator: " "), origin: .environment("PG*"))
        }
        let years = CivilYear.accepted(nowMilliseconds: host.nowMilliseconds)
        let defaultYear = min(max(2025, years.lowerBound), years.upperBound)
        let year = reader.value(.defaultMatchYear, default: String(defaultYear)) { text throws(SettingProblem) in
            try Parse.integer(text, years)
        }
        let startLimit = reader.value(.startLimit, default: "60") { text throws(SettingProblem) in
            try Parse.integer(text, 0...100_000)
        }
        let gatewayHost = reader.value(.gatewayHost, default: "127.0.0.1", Parse.host)
        let gatewayPort = reader.value(.gatewayPort, default: "8000") { text throws(SettingProblem) in
            try Parse.integer(text, 0...65_535)
        }
        let runtimeDirectory = reader.value(
            .runtimeDirectory,
            default: defaultRuntimeDirectory(environment, host),
            Parse.path
        )
        let dataDirectory = reader.value(.dataDirectory, default: defaultDataDirectory(environment, host), Parse.path)
        let cleanupClasses = reader.value(
            .cleanupClasses,
            default: "tasks:30,failed-tasks:90,names:180,forgotten:60"
        ) { text throws(SettingProblem) in text }
        let schedule = reader.value(.schedule, default: "") { text throws(SettingProblem) in text }
        let scheduleTimeZone = reader.value(.scheduleTimeZone, default: "UTC") { text throws(SettingProblem) in text }
        let workers = { (text: String) throws(SettingProblem) in try Parse.integer(text, 0...64) }
        let matchWorkers = reader.value(.matchWorkers, default: "1", workers)
        let timelineWorkers = reader.value(.timelineWorkers, default: "1", workers)
        let logLevel = reader.value(.logLevel, default: "info", Parse.level)
        let logFormat = reader.value(.logFormat, default: host.isErrorTerminal ? "text" : "json", Parse.format)
        _ = reader.optional(.configurationFile) { text throws(SettingProblem) in text }

        guard reader.problems.isEmpty, let baseURL, let scope, let redisPrefix, let year, let startLimit,
            let gatewayHost, let gatewayPort, let runtimeDirectory, let dataDirectory, let cleanupClasses,
            let schedule, let scheduleTimeZone, let matchWorkers, let timelineWorkers, let logLevel, let logFormat
        else { throw SettingsError(reader.problems) }
        return Settings(
            riotAPIKey: key,
            riotAPIKeyFile: keyFile,
            riotBaseURL: baseURL,
            riotKeyScope: scope,
            redisURL: redisURL,
            redisPrefix: redisPrefix,
            databaseURL: databaseURL,
            hasDatabase: databaseURL != nil || !libpqVariables.isEmpty,
            defaultMatchYear: year,
            startLimit: startLimit,
            gatewayHost: gatewayHost,
            gatewayPort: gatewayPort,
            runtimeDirectory: runtimeDirectory,
            dataDirectory: dataDirectory,
            cleanupClasses: cleanupClasses,
            schedule: schedule,
            scheduleTimeZone: scheduleTimeZone,
            matchWorkers: matchWorkers,
            timelineWorkers: timelineWorkers,
            logLevel: logLevel,
            logFormat: logFormat,
            report: SettingsReport(lines: reader.lines)
        )
    }

    /// Any of these says where PostgreSQL is; `PGPASSWORD` or `PGAPPNAME` alone do not.
    private static let libpqAddressVariables: Set<String> = [
        "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGSERVICE",
    ]

    /// The key from its own setting or from its file, and that file; both said, wherever, is an error.
    private static func readKey(_ reader: inout SettingsReader) -> (key: Secret?, file: String?) {
        let direct = reader.optional(.riotAPIKey, SettingParsers.riotKey)
        let fromFile = reader.optional(.riotAPIKeyFile) { path throws(SettingProblem) in
            (key: try KeyFile.read(path), path: path)
        }
        if reader.isSaid(.riotAPIKey), reader.isSaid(.riotAPIKeyFile) {
            reader.report("RIOT_API_KEY and RIOT_API_KEY_FILE are both set; set one of them")
        }
        return (direct ?? fromFile?.key, fromFile?.path)
    }

    private static func defaultRuntimeDirectory(_ environment: [String: String], _ host: HostFacts) -> String {
        if let directory = environment["XDG_RUNTIME_DIR"], directory.hasPrefix("/") { return directory + "/riftsync" }
        if host.userID == 0 { return "/run/riftsync" }
        let temporary = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        return "\(temporary)/riftsync-\(host.userID)"
    }

    private static func defaultDataDirectory(_ environment: [String: String], _ host: HostFacts) -> String {
        if let directory = environment["XDG_DATA_HOME"], directory.hasPrefix("/") { return directory + "/riftsync" }
        // The private PostgreSQL of root runs as another user, who cannot enter /root.
        guard host.userID != 0, let home = environment["HOME"], home.hasPrefix("/") else { return "/var/lib/riftsync" }
        return "\(home)/.local/share/riftsync"
    }
}
