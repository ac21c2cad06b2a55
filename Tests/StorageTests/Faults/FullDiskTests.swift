import Foundation
import Glibc
import Logging
import Postgres
import Supervision
import Testing

@testable import Storage

/// A server whose disk, a small tmpfs, has no room left.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FullDiskTests {
    @Test func aFullDiskStoresNothingHalfAndGoesOnWhenThereIsRoom() async throws {
        let directory = try scratchDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        guard mount("tmpfs", directory, "tmpfs", 0, "size=400m,mode=711") == 0 else {
            // Only a process that may mount (CAP_SYS_ADMIN) can make a disk of its own.
            print("A full disk is not tested: \(directory) cannot be mounted: \(String(cString: strerror(errno))).")
            return
        }
        defer { umount2(directory, Int32(MNT_DETACH)) }
        let server = try PrivatePostgres(
            directory: directory + "/pg",
            profile: .scratch,
            environment: ProcessInfo.processInfo.environment
        )
        try await server.start()
        let url = server.url()
        try await withStorages(url: url, count: 1) { storages in
            try await storages[0].migrate()
            try await storeBoth(0, in: storages[0])
        }
        let ballast = directory + "/ballast"
        try Self.fill(ballast, leaving: 6 << 20, of: directory)
        let failure = try await Self.storeUntilItFails(url)
        #expect(failure.error.sqlState == "53100" || failure.error.isConnectionFailure, "\(failure.error)")
        #expect(failure.error.isRetryable, "\(failure.error)")
        #expect(unlink(ballast) == 0)
        // A server that cannot write its log ends itself, and its supervisor starts it again.
        if await !server.process.isRunning { try await server.start() }
        try await withStorages(url: url, count: 1) { storages in
            try await untilItWorks("reading") {
                let halves = try await storages[0].halves()
                #expect(halves.isEmpty)
            }
            for number in 1...failure.number {
                try await untilItWorks("storing") { try await storeBoth(number, in: storages[0]) }
            }
            let contents = try await storages[0].contents()
            #expect(contents.isWhole(failure.number + 1), "\(contents.gaps(failure.number + 1))")
        }
        await server.stop()
    }

    /// The first match that could not be stored, and why.
    private static func storeUntilItFails(_ url: String) async throws -> (number: Int, error: PostgresError) {
        var failure: (number: Int, error: PostgresError)?
        try await withStorages(url: url, count: 1) { storages in
            for number in 1...2_000 where failure == nil {
                do {
                    try await storeBoth(number, in: storages[0])
                } catch let error as PostgresError {
                    failure = (number, error)
                }
            }
        }
        return try #require(failure, "the disk never became full")
    }

    /// Takes all room but `bytes` of the file system that holds `directory`.
    private static func fill(_ path: String, leaving bytes: Int, of directory: String) throws {
        var room = statvfs()
        try #require(statvfs(directory, &room) == 0)
        let free = Int(room.f_bavail) * Int(room.f_frsize)
        let file = open(path, O_CREAT | O_WRONLY, 0o600)
        defer { close(file) }
        try #require(posix_fallocate(file, 0, off_t(free - bytes)) == 0)
    }
}
