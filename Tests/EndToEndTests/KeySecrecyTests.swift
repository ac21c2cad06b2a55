import Foundation
import Postgres
import Redis
import Supervision
import TestSupport
import Testing

/// A sync by all programs, started as `compose/up` starts them, after which the key is looked for everywhere.
@Suite(.serialized, .timeLimit(.minutes(5))) struct KeySecrecyTests {
    /// How the operator gives the key.
    enum Road: CaseIterable { case file, environment }

    private static let first = "RGAPI-first+key/that=is%over-0123456789"
    private static let second = "RGAPI-next+key/that=is%good-9876543210"
    private static let programs = ["riftctl", "orchestrator", "gateway", "match-worker", "timeline-worker", "beat"]

    @Test func theSearchFindsEveryForm() {
        let forms = SecretForms(Self.second)
        #expect(forms.found(in: Data("nothing of it".utf8)).isEmpty)
        for (name, text) in [
            ("plain", "x\(Self.second)y"),
            ("percent-encoded", "RGAPI%2Dnext%2Bkey%2Fthat%3Dis%25good%2D9876543210"),
            ("base64, 0", Data(Self.second.utf8).base64EncodedString()),
            ("base64, 1", Data("u\(Self.second)".utf8).base64EncodedString()),
            ("base64, 2", Data("u:\(Self.second)!".utf8).base64EncodedString()),
        ] {
            #expect(forms.found(in: Data(text.utf8)).contains(name), "\(name)")
        }
    }

    @Test(arguments: Road.allCases)
    func theKeyIsFoundNowhere(road: Road) async throws {
        let world = ["--player", "Demo#NA1", "--platform", "na1", "--year", "2025", "--matches", "20"]
        try await SimulatorHandle.run(world + SimulatorHandle.wide) { riot in
            let directory = try TestSystem.scratchDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let file = directory + "/riot-key"
            try Self.put(Self.first, into: file)
            let given =
                road == .file
                ? ["RIOT_API_KEY": "", "RIOT_API_KEY_FILE": file] : ["RIOT_API_KEY": Self.second]
            let settings = given.merging(["LOG_LEVEL": "trace", "LOG_FORMAT": "json"]) { $1 }
            try await TestSystem.run(riot: riot, instances: [], settings: settings) { system in
                let stack = Self.stack(of: system)
                try await stack.start()
                do {
                    try await Self.sync(road, system, riot, keyFile: file)
                    await stack.stop()
                    try Self.search(filesOf: system)
                } catch {
                    await stack.stop()
                    throw TestFailure("\(error)\n\(stack.lastLogLines(30).joined(separator: "\n"))")
                }
            }
        }
    }

    /// `riftctl up`, with its directories inside the system's.
    private static func stack(of system: TestSystem) -> ManagedProcess {
        let data = ["DATA_DIR": system.directory + "/data", "HOME": system.directory]
        return ManagedProcess(
            ProcessSpecification(
                name: "up",
                executable: (ProcessInfo.processInfo.environment["RIFTSYNC_BIN_DIR"] ?? "") + "/riftctl",
                arguments: ["up", "--no-demo"],
                environment: system.environment.merging(data) { $1 },
                logFile: system.directory + "/up.log"
            )
        )
    }

    /// Riot refuses the key and the fleet waits; a new one in the same place is taken over by the same processes; then
    /// Riot repeats the key in its errors.
    private static func sync(_ road: Road, _ system: TestSystem, _ riot: SimulatorHandle, keyFile: String) async throws
    {
        let live = Readiness.http(.tcp(host: "127.0.0.1", port: system.gatewayPort), path: "/livez")
        guard await live.wait(until: .now + TestSystem.patience) == .ready else { throw TestFailure("no gateway") }
        try await riot.post("/_sim/key", #"{"key":"\#(second)"}"#)
        for method in ["match", "timeline"] {
            for status in [400, 404, 415] {
                let fault =
                    #"{"fault":"status","method":"\#(method)","status":\#(status),"message":"Bad key \#(second)!"}"#
                try await riot.post("/_sim/fault", String(fault.dropLast()) + #","count":1}"#)
            }
        }
        let processes = try await pids(system)
        let id = try await system.startSync("Demo", "NA1")
        if road == .file {
            try await system.wait(for: id) { $0.string("waiting_for") == "key" }
            try await search(system, task: id, road)
            for pid in processes.values { kill(pid, SIGHUP) }
            try put(second, into: keyFile)
        }
        let end = try await system.waitForEnd(id)
        #expect(end.string("status") == "SUCCESS" && end.int("total_matches") == 20)
        #expect(try await pids(system) == processes)
        // Riot's words were kept, without the key.
        #expect(try await system.count("SELECT count(*) FROM fetch_failure f WHERE f::text LIKE '%Bad key •••!%'") > 0)
        try await search(system, task: id, road)
    }

    private static func pids(_ system: TestSystem) async throws -> [String: pid_t] {
        var pids: [String: pid_t] = [:]
        for service in programs.dropFirst() {
            let result = try await system.rpc(service, "service.info")["result"] as? [String: Any]
            pids[service] = try #require((result?["pid"] as? NSNumber)?.int32Value, "\(service)")
        }
        return pids
    }

    /// Puts a file in the place of the old one.
    private static func put(_ key: String, into file: String) throws {
        try Data((key + "\n").utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }

    // MARK: Looking for it

    private static func expectNoKey(in data: Data, _ place: String) {
        for key in [first, second] {
            let found = SecretForms(key).found(in: data)
            #expect(found.isEmpty, "\(place) holds the key: \(found)")
        }
    }

    private static func search(_ system: TestSystem, task: String, _ road: Road) async throws {
        for path in [
            "/metrics", "/readyz", "/livez", "/api/v1/about", "/api/v1/tasks/\(task)", "/nowhere",
            "/api/summoners/task-status/?task_id=\(task)",
        ] {
            expectNoKey(in: try await system.http("GET", path).body, path)
        }
        for service in programs.dropFirst() {
            for method in ["service.info", "service.metrics", "service.health", "rpc.discover"] {
                let answer = try await system.rpc(service, method)
                #expect(answer["result"] != nil, "\(service) \(method): \(answer)")
                expectNoKey(in: try JSONSerialization.data(withJSONObject: answer), "\(service) \(method)")
            }
        }
        try await checkConfigurations(system)
        try await search(databaseOf: system)
        try await search(redisOf: system)
        try searchProcesses(road, pids: try await pids(system))
        try search(filesOf: system)
    }

    /// `--check-config` of every service; what it prints lies among the system's files, which are searched.
    private static func checkConfigurations(_ system: TestSystem) async throws {
        let directory = ProcessInfo.processInfo.environment["RIFTSYNC_BIN_DIR"] ?? ""
        for program in programs.dropFirst() {
            let log = "\(system.directory)/\(program).config"
            let process = ManagedProcess(
                ProcessSpecification(
                    name: program,
                    executable: "\(directory)/\(program)",
                    arguments: ["--check-config"],
                    environment: system.environment,
                    logFile: log
                )
            )
            try await process.start()
            #expect(try await process.waitForExit(within: TestSystem.patience) == .exited(0))
            #expect(try String(contentsOfFile: log, encoding: .utf8).contains("RIOT_API_KEY"))
        }
    }

    private static func search(databaseOf system: TestSystem) async throws {
        let tables = try await system.pool.query(
            """
            SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            """
        ).map { try $0.string("name") }
        #expect(tables.count > 5)
        for table in tables + ["pg_stat_activity", "pg_settings"] {
            let rows = try await system.pool.query(SQL(trusted: "SELECT t::text AS line FROM \(table) t"))
            let text = try rows.map { try $0.string("line") }.joined(separator: "\n")
            expectNoKey(in: Data(text.utf8), "table \(table)")
        }
    }

    private static func search(redisOf system: TestSystem) async throws {
        let redis = try TestRedis(url: system.environment["REDIS_URL"] ?? "")
        let client = redis.client()
        let found = await Result { try await contents(of: client) }
        await client.close()
        let data = try found.get()
        #expect(data.count > 100)
        expectNoKey(in: data, "Redis")
    }

    /// Every key and value of a server, and what it knows of its clients.
    private static func contents(of client: RedisClient) async throws -> Data {
        var data = Data()
        var cursor = "0"
        repeat {
            let page = try await client.send(["SCAN", RedisArgument(cursor), "COUNT", "1000"])
            cursor = page.array?.first?.text ?? "0"
            for name in page.array?.last?.array?.compactMap(\.bytes) ?? [] {
                let key = RedisArgument(name)
                data += Data(name + [10])
                let value: RedisValue
                switch try await client.send(["TYPE", key]).text {
                case "string": value = try await client.send(["GET", key])
                case "hash": value = try await client.send(["HGETALL", key])
                case "list": value = try await client.send(["LRANGE", key, "0", "-1"])
                case "set": value = try await client.send(["SMEMBERS", key])
                case "zset": value = try await client.send(["ZRANGE", key, "0", "-1", "WITHSCORES"])
                case "none": continue  // gone meanwhile
                default: value = try await client.send(["DUMP", key])
                }
                append(value, to: &data)
            }
        } while cursor != "0"
        append(try await client.send(["CLIENT", "LIST"]), to: &data)
        append(try await client.send(["SLOWLOG", "GET", "1000"]), to: &data)
        return data
    }

    private static func append(_ value: RedisValue, to data: inout Data) {
        if let elements = value.array {
            for element in elements { append(element, to: &data) }
        } else {
            data += Data((value.bytes ?? Array((value.text ?? "").utf8)) + [10])
        }
    }

    /// The command lines of all processes, and the environments of ours, which hold a key only if it was given so.
    private static func searchProcesses(_ road: Road, pids: [String: pid_t]) throws {
        let all = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }
        #expect(all.count > pids.count)
        for pid in all {
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { continue }
            expectNoKey(in: data, "the command line of \(pid)")
        }
        let keyless = road == .file ? Array(pids.keys) : ["gateway", "beat"]
        // The kernel shows an environment of a process that is not dumpable to root only.
        guard geteuid() == 0 else { return }
        for service in keyless {
            let pid = try #require(pids[service])
            let environment = try #require(FileManager.default.contents(atPath: "/proc/\(pid)/environ"))
            #expect(environment.range(of: Data("RUNTIME_DIR=".utf8)) != nil)
            expectNoKey(in: environment, "the environment of \(service)")
        }
    }

    /// Everything under the runtime and data directories: the record of `riftctl up`, logs, standard outputs.
    private static func search(filesOf system: TestSystem) throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: system.directory)
        for name in ["up.log", "data/logs/match-worker.log", "data/logs/gateway.log", "beat.config"] {
            #expect(files.contains(name), "\(name) is not among \(files)")
        }
        for name in files {
            let path = system.directory + "/" + name
            let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            guard kind == .typeRegular else { continue }
            expectNoKey(in: try Data(contentsOf: URL(fileURLWithPath: path)), name)
        }
    }
}

extension Result where Failure == any Error {
    /// What `body` returns or throws.
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
