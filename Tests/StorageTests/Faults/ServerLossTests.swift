import Foundation
import Glibc
import Logging
import Postgres
import Reactor
import Supervision
import Testing

@testable import Storage

/// A server of its own that is restarted, killed, full of sessions or out of disk while workers store.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ServerLossTests {
    @Test func aServerThatIsRestartedAndKilledUnderWayLosesAndDoublesNothing() async throws {
        try await Self.withServer { server in
            let count = 60
            let stored = Lock(0)
            try await withStorages(url: server.url(), count: 2) { storages in
                try await storages[0].migrate()
                try await withThrowingDiscardingTaskGroup { group in
                    for worker in 0..<4 {
                        group.addTask {
                            for number in stride(from: worker / 2, to: count, by: 2) {
                                try await untilItWorks("storing") {
                                    try await storeBoth(number, in: storages[worker % 2])
                                }
                                stored.withLock { $0 += 1 }
                            }
                        }
                    }
                    for round in 1...3 {
                        while stored.withLock({ $0 }) < round * count / 4 { await Task.yield() }
                        if round == 2 { await server.kill() } else { await server.stop() }
                        try await server.start()
                    }
                }
                #expect(try await storages[0].halves().isEmpty)
                let contents = try await storages[0].contents()
                #expect(contents.isWhole(count), "\(contents.gaps(count))")
            }
        }
    }

    @Test func aServerWithoutAFreeSessionIsWaitedFor() async throws {
        try await Self.withServer { server in
            try await withStorages(url: server.url(), count: 2) { storages in
                try await storages[0].migrate()
                try await storeBoth(0, in: storages[0])
            }
            let logger = Logger(label: "sessions")
            var sessions: [PostgresConnection] = []
            let configuration = try PostgresConfiguration(url: server.url(), applicationName: "sessions")
            var refusal: PostgresError?
            while refusal == nil, sessions.count < 1_000 {
                do throws(PostgresError) {
                    sessions.append(try await PostgresConnection.connect(configuration: configuration, logger: logger))
                } catch {
                    refusal = error
                }
            }
            #expect(refusal?.sqlState == "53300")
            try await withStorages(url: server.url(), count: 1) { storages in
                let error = await #expect(throws: PostgresError.self) { try await storeBoth(1, in: storages[0]) }
                #expect(error?.isRetryable == true, "\(String(describing: error))")
                for session in sessions { await session.close() }
                try await untilItWorks("storing") { try await storeBoth(1, in: storages[0]) }
                let contents = try await storages[0].contents()
                #expect(contents.isWhole(2), "\(contents.gaps(2))")
            }
        }
    }

    private static func withServer(_ body: @Sendable (PrivatePostgres) async throws -> Void) async throws {
        let directory = try scratchDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let server = try PrivatePostgres(
            directory: directory + "/pg",
            profile: .scratch,
            environment: ProcessInfo.processInfo.environment
        )
        do {
            try await server.start()
            try await body(server)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }
}

/// A directory of one test, short enough for Unix sockets, that a server's own user may enter.
func scratchDirectory() throws -> String {
    let name = UUID().uuidString.prefix(8).lowercased()
    let directory = FileManager.default.temporaryDirectory.appending(path: "rs-\(name)").path
    try FileManager.default.createDirectory(
        atPath: directory,
        withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o711]
    )
    return directory
}
