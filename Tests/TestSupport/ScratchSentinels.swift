import Foundation
import Redis
import Supervision

/// A Redis master, its replica and three sentinels that watch them, all of one test.
public struct ScratchSentinels: Sendable {
    /// The name under which the sentinels know the master.
    public static let master = "mymaster"

    /// The master at the start.
    public let first: ScratchRedis
    /// The replica at the start.
    public let second: ScratchRedis
    /// Where the sentinels are on the loopback interface.
    public let ports: [Int]
    private let sentinels: [ManagedProcess]
    private let sentinelPassword: String?

    fileprivate init(directory: URL, password: String?, sentinelPassword: String?) async throws {
        // Without the delay a replica waits 5 s for others to be served with it.
        let options =
            ["--repl-diskless-sync-delay", "0"]
            + (password.map { ["--requirepass", $0, "--masterauth", $0] } ?? [])
        first = try await ScratchRedis(options)
        second = try await ScratchRedis(options + ["--replicaof", "127.0.0.1", "\(first.port)"])
        self.sentinelPassword = sentinelPassword
        var ports: [Int] = []
        var sentinels: [ManagedProcess] = []
        for index in 0..<3 {
            let port = try LoopbackSocket.freePort()
            let place = directory.appending(path: "sentinel-\(index)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            var lines = [
                "port \(port)", "bind 127.0.0.1", "dir \(place.path)",
                "sentinel monitor \(Self.master) 127.0.0.1 \(first.port) 2",
                "sentinel down-after-milliseconds \(Self.master) 500",
                "sentinel failover-timeout \(Self.master) 3000",
            ]
            if let password { lines.append("sentinel auth-pass \(Self.master) \(password)") }
            if let sentinelPassword { lines.append("requirepass \(sentinelPassword)") }
            let file = place.appending(path: "sentinel.conf")
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
            ports.append(port)
            sentinels.append(
                ManagedProcess(
                    ProcessSpecification(
                        name: "sentinel",
                        instance: "sentinel-\(index)",
                        executable: "/usr/bin/env",
                        arguments: ["redis-server", file.path, "--sentinel"],
                        environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"],
                        logFile: place.appending(path: "log").path
                    )
                )
            )
        }
        self.ports = ports
        self.sentinels = sentinels
    }

    /// The address for a client; `login` is what stands before the sentinels, its @ included.
    public func url(login: String = "", database: Int = 0, query: String = "") -> String {
        let places = ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
        return "redis+sentinel://\(login)\(places)/\(Self.master)/\(database)\(query)"
    }

    /// Ends one sentinel as a crash would.
    public func killSentinel(_ index: Int) async { await sentinels[index].kill() }

    /// Asks every sentinel one thing, and whether all answers are as they should be.
    private func all(_ command: [RedisArgument], are expected: (RedisValue) -> Bool) async throws -> Bool {
        for port in ports {
            let login = sentinelPassword.map { ":\($0)@" } ?? ""
            let client = try TestRedis(url: "redis://\(login)127.0.0.1:\(port)").client("sentinel-look")
            let answer = try? await client.send(command)
            await client.close()
            guard let answer, expected(answer) else { return false }
        }
        return true
    }

    fileprivate func start(password: String?) async throws {
        let login = password.map { ":\($0)@" } ?? ""
        let replica = try TestRedis(url: "redis://\(login)127.0.0.1:\(second.port)").client("replica-look")
        let follows = await Arrival.comes {
            try await replica.send(["ROLE"]).array?.contains(.string(Array("connected".utf8))) == true
        }
        await replica.close()
        guard follows else { throw ScratchServerFailed(what: "the replica does not follow its master") }
        for sentinel in sentinels { try await sentinel.start() }
        let isReady = await Arrival.comes {
            try await all(["SENTINEL", "MASTER", RedisArgument(Self.master)]) { answer in
                let words = answer.array?.compactMap(\.text) ?? []
                let pairs = zip(words, words.dropFirst())
                return pairs.contains { $0 == ("num-slaves", "1") }
                    && pairs.contains { $0 == ("num-other-sentinels", "2") }
            }
        }
        guard isReady else {
            throw ScratchServerFailed(what: "the sentinels do not find each other: \(sentinels[0].lastLogLines())")
        }
    }

    fileprivate func stop() async {
        for sentinel in sentinels { await sentinel.kill() }
        first.kill()
        second.kill()
    }
}

/// Starts a master, a replica and three sentinels, runs `body` and ends all of them.
public func withScratchSentinels(
    password: String? = nil,
    sentinelPassword: String? = nil,
    _ body: (ScratchSentinels) async throws -> Void
) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(
        path: "rs-sentinels-\(UUID().uuidString.prefix(8))"
    )
    let group = try await ScratchSentinels(
        directory: directory,
        password: password,
        sentinelPassword: sentinelPassword
    )
    let result: Result<Void, any Error>
    do {
        try await group.start(password: password)
        result = .success(try await body(group))
    } catch {
        result = .failure(error)
    }
    // Shield: a test that was cancelled ends its servers too.
    await Task { await group.stop() }.value
    try? FileManager.default.removeItem(at: directory)
    try result.get()
}
