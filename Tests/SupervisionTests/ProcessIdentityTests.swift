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
}
