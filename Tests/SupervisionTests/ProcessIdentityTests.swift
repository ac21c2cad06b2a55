import Foundation
import Glibc
import Testing

@testable import Supervision

@Suite("ProcessIdentity")
struct ProcessIdentityTests {
    @Test func readsTheStartOfAProcessWhateverItIsCalled() throws {
        let fields = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 987654 20"
        let plain = try #require(ProcessStat(parsing: "7 (redis-server) \(fields)"))
        let hostile = try #require(ProcessStat(parsing: "7 (a) Z 1 (b) \(fields)"))
        #expect(plain.startTicks == 987654)
        #expect(hostile == plain)
        #expect(!plain.isDead)
    }

    @Test(arguments: ["", "7", "7 (x)", "7 (x) S 1 2", "7 (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x"])
    func refusesWhatIsNotAStat(text: String) {
        #expect(ProcessStat(parsing: text) == nil)
    }

    @Test func aDeadProcessThatNobodyHasReapedIsNotAlive() throws {
        let stat = try #require(ProcessStat(parsing: "7 (x) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 5 20"))
        #expect(stat.isDead)
    }

    @Test func knowsItself() throws {
        let current = try #require(ProcessIdentity.current)
        #expect(current.pid == getpid())
        #expect(current.isAlive)
        #expect(!current.boot.isEmpty)
    }

    @Test func aNumberThatBelongsToAnotherProcessNowIsNeitherAliveNorSignalled() throws {
        let current = try #require(ProcessIdentity.current)
        let earlier = ProcessIdentity(pid: current.pid, startTicks: current.startTicks - 1, boot: current.boot)
        let otherBoot = ProcessIdentity(pid: current.pid, startTicks: current.startTicks, boot: "another")
        for identity in [earlier, otherBoot] {
            #expect(!identity.isAlive)
            #expect(!identity.signal(SIGKILL))
        }
        #expect(ProcessIdentity(pid: 0) == nil)
        #expect(ProcessIdentity(pid: -1) == nil)
    }

    @Test func theGroupOfALeaderThatHasJustDiedIsSignalled() async throws {
        try await withScratch { directory in
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
            let text = "sleep 60 & echo $! >\(directory)/follower; read line <\(directory)/end"
            #expect(mkfifo("\(directory)/end", 0o600) == 0)
            var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sh"), strdup("-c"), strdup(text), nil]
            defer { for argument in arguments { free(argument) } }
            var pid: pid_t = 0
            try #require(posix_spawn(&pid, "/bin/sh", nil, &attributes, &arguments, environ) == 0)
            let leader = pid
            let identity = try #require(ProcessIdentity(pid: leader))
            let end = open("\(directory)/end", O_WRONLY)  // the shell has written the number when it reads here
            let number = try String(contentsOfFile: "\(directory)/follower", encoding: .utf8)
            let follower = try #require(pid_t(number.dropLast()).flatMap(ProcessIdentity.init(pid:)))
            close(end)
            try await eventually("the leader is dead and not reaped") { !identity.isAlive && getpgid(leader) == leader }
            #expect(!identity.signal(SIGKILL, wholeGroup: true), "the leader itself runs no more")
            try await eventually("the follower is dead") { !follower.isAlive }
            #expect(waitpid(leader, nil, 0) == leader)
        }
    }
}
