import Foundation
import Logging
import Testing

@testable import ServiceRuntime

/// What wins, what holds by default, and what is said about wrong values.
@Suite struct SettingsTests {
    private static let host = HostFacts(userID: 1000, isErrorTerminal: false, nowMilliseconds: 1_795_000_000_000)

    private func load(
        flags: [SettingName: String] = [:],
        environment: [String: String] = [:],
        file: String? = nil,
        host: HostFacts = host
    ) throws -> Settings {
        let settingsFile = try file.map { try SettingsFile(path: "/etc/riftsync.json", bytes: Array($0.utf8)) }
        return try Settings.load(flags: flags, environment: environment, file: settingsFile, host: host)
    }

    private func problems(
        flags: [SettingName: String] = [:],
        environment: [String: String] = [:],
        file: String? = nil
    ) -> [String] {
        do {
            _ = try load(flags: flags, environment: environment, file: file)
            return []
        } catch let error as SettingsError {
            return error.problems
        } catch {
            return ["\(error)"]
        }
    }

    @Test func defaultsAreTheDocumentedOnes() throws {
        let settings = try load(environment: ["HOME": "/home/anna"])
        #expect(settings.riotAPIKey == nil)
        #expect(settings.riotBaseURL == "https://{route}.api.riotgames.com")
        #expect(settings.riotKeyScope == "default")
        #expect(settings.redisURL == nil)
        #expect(settings.redisPrefix == "riftsync:")
        #expect(!settings.hasDatabase)
        #expect(settings.defaultMatchYear == 2025)
        #expect(settings.startLimit == 60)
        #expect(settings.gatewayHost == "127.0.0.1")
        #expect(settings.gatewayPort == 8000)
        #expect(settings.runtimeDirectory == "/tmp/riftsync-1000")
        #expect(settings.dataDirectory == "/home/anna/.local/share/riftsync")
        #expect(settings.matchWorkers == 1)
        #expect(settings.timelineWorkers == 1)
        #expect(settings.logLevel == .info)
        #expect(settings.logFormat == .json)
    }

    @Test func directoriesFollowTheUserAndTheXDGVariables() throws {
        var root = Self.host
        root.userID = 0
        let asRoot = try load(environment: ["HOME": "/root"], host: root)
        #expect(asRoot.runtimeDirectory == "/run/riftsync")
        #expect(asRoot.dataDirectory == "/var/lib/riftsync")
        let asUser = try load(environment: ["XDG_RUNTIME_DIR": "/run/user/1000", "XDG_DATA_HOME": "/data"])
        #expect(asUser.runtimeDirectory == "/run/user/1000/riftsync")
        #expect(asUser.dataDirectory == "/data/riftsync")
        #expect(try load(environment: ["TMPDIR": "/scratch"]).runtimeDirectory == "/scratch/riftsync-1000")
        #expect(try load(environment: ["RUNTIME_DIR": "/srv/run//"]).runtimeDirectory == "/srv/run")
    }

    @Test func flagBeatsEnvironmentBeatsFileBeatsDefault() throws {
        let file = #"{"GATEWAY_PORT": 7001, "LOG_LEVEL": "debug", "REDIS_PREFIX": "file:", "START_LIMIT": "7"}"#
        let settings = try load(
            flags: [.gatewayPort: "9001"],
            environment: ["GATEWAY_PORT": "8001", "LOG_LEVEL": "warning"],
            file: file
        )
        #expect(settings.gatewayPort == 9001)
        #expect(settings.logLevel == .warning)
        #expect(settings.redisPrefix == "file:")
        #expect(settings.startLimit == 7)
        #expect(settings.report[.gatewayPort]?.origin == .flag)
        #expect(settings.report[.logLevel]?.origin == .environment("LOG_LEVEL"))
        #expect(settings.report[.redisPrefix]?.origin == .file("/etc/riftsync.json"))
        #expect(settings.report[.gatewayHost]?.origin == .builtIn)
        #expect(settings.report[.riotAPIKey]?.origin == .absent)
    }

    @Test func anEmptyTextCountsAsNotSaid() throws {
        let settings = try load(environment: ["RIOT_API_KEY": "", "GATEWAY_PORT": ""], file: #"{"GATEWAY_PORT": 81}"#)
        #expect(settings.riotAPIKey == nil)
        #expect(settings.gatewayPort == 81)
    }

    @Test func celeryVariablesStandInForRedis() throws {
        let both = [
            "CELERY_BROKER_URL": "redis://broker:6379/0", "CELERY_RESULT_BACKEND": "redis://results:6379/1",
        ]
        let fromBroker = try load(environment: both)
        #expect(fromBroker.redisURL?.reveal() == "redis://broker:6379/0")
        #expect(fromBroker.report[.redisURL]?.origin == .environment("CELERY_BROKER_URL"))
        var own = both
        own["REDIS_URL"] = "unix:///run/redis.sock?db=0"
        #expect(try load(environment: own).redisURL?.reveal() == "unix:///run/redis.sock?db=0")
        let foreign = ["CELERY_BROKER_URL": "amqp://guest@rabbit//", "CELERY_RESULT_BACKEND": "django-db"]
        #expect(try load(environment: foreign).redisURL == nil)
        // In the environment an alias is still stronger than the file.
        let fromFile = try load(environment: both, file: #"{"REDIS_URL": "redis://file:1/0"}"#)
        #expect(fromFile.redisURL?.reveal() == "redis://broker:6379/0")
    }

    @Test func libpqVariablesSayThatThereIsADatabase() throws {
        let settings = try load(environment: ["PGHOST": "/var/run/postgresql", "PGPASSWORD": "hidden-word"])
        #expect(settings.hasDatabase)
        #expect(settings.databaseURL == nil)
        #expect(settings.report[.databaseURL]?.shown == "PGHOST")
        #expect(try !load(environment: ["PGPASSWORD": "hidden-word"]).hasDatabase)
    }

    @Test(arguments: [
        ("GATEWAY_PORT", "80000", "must be a whole number from 0 to 65535"),
        ("GATEWAY_PORT", "http", "must be a whole number from 0 to 65535"),
        ("GATEWAY_HOST", "a b", "must be a host name or an address, such as 127.0.0.1 or ::1, without a port"),
        ("LOG_LEVEL", "loud", "must be one of trace, debug, info, notice, warning, error, critical"),
        ("LOG_FORMAT", "xml", "must be text or json"),
        ("DEFAULT_MATCH_YEAR", "1999", "must be a whole number from 2010 to 2026"),
        ("DEFAULT_MATCH_YEAR", "2027", "must be a whole number from 2010 to 2026"),
        ("RUNTIME_DIR", "run", "must be an absolute path"),
        ("RIOT_KEY_SCOPE", "a b", "must have 1 to 64 characters out of letters, digits and -_."),
        ("MATCH_WORKERS", "-1", "must be a whole number from 0 to 64"),
        (
            "RIOT_API_BASE_URL", "https://na1.api.riotgames.com",
            "must hold {route} once, such as https://{route}.api.riotgames.com or http://127.0.0.1:18080/{route}"
        ),
        (
            "RIOT_API_BASE_URL", "ftp://{route}.example",
            "must begin with https:// or http://, such as https://{route}.api.riotgames.com or "
                + "http://127.0.0.1:18080/{route}"
        ),
    ])
    func aWrongValueIsNamedWithWhatWouldBeRight(name: String, value: String, reason: String) {
        let expected = "\(name) is \"\(value)\", which \(reason) (from: environment \(name))"
        #expect(problems(environment: [name: value]) == [expected])
    }

    @Test func allProblemsAreToldAtOnce() {
        let found = problems(environment: ["GATEWAY_PORT": "x", "LOG_FORMAT": "y", "START_LIMIT": "z"])
        #expect(found.count == 3)
    }

    @Test func unknownNamesInTheFileAreRefusedByName() {
        let found = problems(file: #"{"GATEWAY_PROT": 1, "RIFTSYNC_CONFIG": "/other"}"#)
        #expect(found.count == 2)
        #expect(
            found[0].hasPrefix("/etc/riftsync.json sets GATEWAY_PROT, which is no setting; known are RIOT_API_KEY,")
        )
        #expect(found[1].hasPrefix("/etc/riftsync.json sets RIFTSYNC_CONFIG, which is no setting"))
    }

    @Test(arguments: [
        "", "[]", "{", #"{"GATEWAY_PORT": 1.5}"#, #"{"GATEWAY_PORT": {"a": 1}}"#, #"{"GATEWAY_PORT": null}"#,
    ])
    func aFileThatIsNoFlatObjectIsRefused(text: String) {
        #expect(problems(file: text).first?.contains("is not a flat JSON object of settings") == true)
    }

    @Test func aMissingFileIsNamed() {
        #expect(
            throws: SettingsError([
                "RIFTSYNC_CONFIG names /nowhere/at/all.json, which cannot be opened: No such file or directory"
            ])
        ) {
            try Settings.load(
                flags: [:],
                environment: ["RIFTSYNC_CONFIG": "/nowhere/at/all.json"],
                host: Self.host
            )
        }
    }

    @Test func keyAndKeyFileTogetherAreAnError() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("key-\(UUID())").path
        try "RGAPI-0000-secret\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try load(environment: ["RIOT_API_KEY_FILE": path]).riotAPIKey?.reveal() == "RGAPI-0000-secret")
        let found = problems(flags: [.riotAPIKeyFile: path], environment: ["RIOT_API_KEY": "RGAPI-1111"])
        #expect(found == ["RIOT_API_KEY and RIOT_API_KEY_FILE are both set; set one of them"])
    }

    @Test func aKeyFileWithMoreThanAKeyIsRefusedWithoutRepeatingIt() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("key-\(UUID())").path
        try "RGAPI-first RGAPI-second".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let found = problems(environment: ["RIOT_API_KEY_FILE": path])
        #expect(found.count == 1)
        #expect(found[0].contains("must hold the key and nothing else"))
        #expect(!found[0].contains("RGAPI"))
    }

    @Test func secretsAreMaskedEverywhere() throws {
        let settings = try load(environment: [
            "RIOT_API_KEY": "RGAPI-deep-secret", "REDIS_URL": "redis://user:redis-secret@host:6379/0",
            "DATABASE_URL": "postgresql://user:pg-secret@host/db?sslmode=require",
        ])
        let text = settings.report.description + "\(settings)" + String(reflecting: settings)
        for secret in ["deep-secret", "redis-secret", "pg-secret"] { #expect(!text.contains(secret)) }
        #expect(settings.report[.redisURL]?.shown == "redis://user:•••@host:6379/0")
        #expect(settings.report[.databaseURL]?.shown == "postgresql://user:•••@host/db?sslmode=require")
        #expect(SettingsReport.masked(url: "host=a password=b") == "•••")
        #expect(SettingsReport.masked(url: "postgresql://h/d?password=b") == "postgresql://h/d?•••")
        #expect(problems(environment: ["RIOT_API_KEY": "with space"]).joined().contains("with space") == false)
    }

    @Test(arguments: [
        ("postgresql://u:pa?ss@host/db", "postgresql://u:•••@host/db"),
        ("postgresql://u:pa?ss@host:5433/db?sslmode=require", "postgresql://u:•••@host:5433/db?sslmode=require"),
        ("postgresql://u:?ss@host/db?password=ss", "postgresql://u:•••@host/db?•••"),
        ("postgresql://u:pass@host?sslmode=require", "postgresql://u:•••@host?sslmode=require"),
        ("postgresql://u:pa:ss@host1:1,host2:2/db", "postgresql://u:•••@host1:1,host2:2/db"),
        ("postgresql://u@host:5432/db", "postgresql://u@host:5432/db"),
        ("postgresql://[::1]:5432/db?application_name=x", "postgresql://[::1]:5432/db?application_name=x"),
        ("redis://user:pa@ss@host:6379/0", "redis://user:•••@host:6379/0"),
        ("redis://:pa@s?s@host:6379/0", "redis://:•••@host:6379/0"),
        ("redis://:pa/ss@host:6379/0", "redis://:•••@host:6379/0"),
        ("redis://:pa?s/ss@host:6379/0", "redis://:•••@host:6379/0"),
        ("redis://:\u{301}pass@host/0", "redis://:•••@host/0"),
        ("unix://:pass@/run/redis.sock?db=1", "unix://:•••@/run/redis.sock?db=1"),
        ("redis+sentinel://:pa?ss@a:1,b:2/mymaster/0?x=1", "redis+sentinel://:•••@a:1,b:2/mymaster/0?x=1"),
    ])
    func aPasswordIsMaskedWhateverItHolds(url: String, shown: String) {
        #expect(SettingsReport.masked(url: url) == shown)
    }

    @Test func theReportHasOneLinePerSetting() throws {
        let report = try load().report
        #expect(report.lines.map(\.name.rawValue).sorted() == SettingName.allCases.map(\.rawValue).sorted())
        let line = report.description.split(separator: "\n").first { $0.hasPrefix("GATEWAY_PORT ") }
        #expect(line?.split(separator: " ").map(String.init) == ["GATEWAY_PORT", "8000", "default"])
    }
}
