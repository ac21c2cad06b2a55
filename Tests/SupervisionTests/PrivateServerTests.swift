import Foundation
import Glibc
import Supervision
import Testing

/// Real servers, started from what the machine has installed.
@Suite("Private servers", .timeLimit(.minutes(3)))
struct PrivateServerTests {
    private let environment = ProcessInfo.processInfo.environment

    @Test func redisKeepsWhatItWasGivenThroughAStopAndACrash() async throws {
        try await withScratch { directory in
            let redis = try PrivateRedis(directory: directory + "/redis", environment: environment)
            try await redis.start()
            #expect(try await ask(redis, "SET kept 1") == "+OK")
            await redis.stop()
            try await redis.start()
            #expect(try await ask(redis, "GET kept") == "$1")
            #expect(try await ask(redis, "CONFIG GET maxmemory-policy").hasPrefix("*2"))
            await redis.kill()
            try await redis.start()
            #expect(try await ask(redis, "PING") == "+PONG")
            await redis.stop()
            #expect(await redis.process.isRunning == false)
        }
    }

    @Test func postgresRunsMakesDatabasesOnceAndComesBackAfterACrash() async throws {
        try await withScratch { directory in
            let postgres = try PrivatePostgres(
                directory: directory + "/pg",
                profile: .scratch,
                environment: environment
            )
            try await postgres.start()
            let pid = try #require(await postgres.process.identity?.pid)
            #expect(try owner(ofProcess: pid) != 0, "PostgreSQL never runs as root")
            try await postgres.makeDatabase("riftsync_sim")
            try await postgres.makeDatabase("riftsync_sim")
            await postgres.kill()
            #expect(await postgres.process.lastExit == .signaled(SIGKILL))
            try await postgres.start()
            try await postgres.makeDatabase("riftsync_sim")
            await postgres.stop()
            #expect(await postgres.process.lastExit == .exited(0))
            #expect(postgres.url(database: "x") == "postgresql://riftsync@/x?host=\(directory)/pg")
        }
    }

    @Test func aFileThatAServerLeftWhenItsMachineCrashedDoesNotMakeItReady() async throws {
        try await withScratch { directory in
            // Its number is another process's by now: ours.
            let left = ["\(getpid())", "data", "1", "5432", directory, "", "1 2", "ready   "]
            try left.joined(separator: "\n").write(
                toFile: directory + "/postmaster.pid",
                atomically: false,
                encoding: .utf8
            )
            let readiness = Readiness.postgres(dataDirectory: directory, socket: directory + "/.s.PGSQL.5432")
            #expect(await readiness.check(until: .now + .seconds(10)) != .ready)
        }
    }

    @Test func aHalfMadeClusterIsMadeAnew() async throws {
        try await withScratch { directory in
            let postgres = try PrivatePostgres(
                directory: directory + "/pg",
                profile: .scratch,
                environment: environment
            )
            let account = try ServiceAccount.forPostgres()
            for part in ["/pg", "/pg/data.new", "/pg/data.new/base"] {
                try PrivateDirectory.make(directory + part, account: account)
            }
            try await postgres.prepare()
            #expect(FileManager.default.fileExists(atPath: directory + "/pg/data/PG_VERSION"))
            #expect(!FileManager.default.fileExists(atPath: directory + "/pg/data.new"))
        }
    }

    @Test func aDirectoryThatIsTooLongForASocketIsRefusedWithItsLength() throws {
        let directory = "/tmp/" + String(repeating: "x", count: 100)
        let redis = #expect(throws: SupervisionError.self) {
            _ = try PrivateRedis(directory: directory, environment: environment)
        }
        #expect(redis?.message.contains("116 bytes") == true)
        #expect(throws: SupervisionError.self) {
            _ = try PrivatePostgres(directory: directory, environment: environment)
        }
    }

    @Test func whoMayNotBeLetInIsNamed() async throws {
        try await withScratch { directory in
            guard geteuid() == 0, let account = ServiceAccount(named: "postgres") else { return }
            try PrivateDirectory.make(directory + "/closed", mode: 0o700)
            let error = #expect(throws: SupervisionError.self) {
                try PrivateDirectory.requireReachable(directory + "/closed/pg", by: account)
            }
            #expect(error?.message.contains("chmod o+x \(directory)/closed") == true)
        }
    }

    private func ask(_ redis: PrivateRedis, _ command: String) async throws -> String {
        let answer = try await LocalExchange.ask(
            .unix(path: redis.socket),
            Array((command + "\r\n").utf8),
            until: .now + .seconds(5),
            isComplete: { $0.last == UInt8(ascii: "\n") }
        )
        return String(decoding: answer.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }

    private func owner(ofProcess pid: pid_t) throws -> uid_t {
        var status = stat()
        try #require(stat("/proc/\(pid)", &status) == 0)
        return status.st_uid
    }
}
