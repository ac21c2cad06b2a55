import Foundation
import Glibc
import Supervision
import Testing

@Suite("ManagedProcess", .timeLimit(.minutes(1)))
struct ManagedProcessTests {
    @Test func runsLogsAndTellsHowItEnded() async throws {
        try await withScratch { directory in
            let process = ManagedProcess(script("echo out; echo err >&2; exit 7", in: directory))
            try await process.start()
            #expect(try await process.waitForExit(within: .seconds(10)) == .exited(7))
            #expect(await process.isRunning == false)
            #expect(process.lastLogLines() == ["out", "err"])
        }
    }

    @Test func getsItsEnvironmentAndNothingElse() async throws {
        try await withScratch { directory in
            var specification = script("env | sort | grep -v '^_=\\|^PWD=\\|^SHLVL='", in: directory)
            specification.environment = ["ONE": "1", "PATH": "/usr/bin:/bin"]
            let process = ManagedProcess(specification)
            try await process.start()
            _ = try await process.waitForExit(within: .seconds(10))
            #expect(process.lastLogLines(50).filter { !$0.hasPrefix("OLDPWD") } == ["ONE=1", "PATH=/usr/bin:/bin"])
        }
    }

    @Test func leadsASessionOfItsOwn() async throws {
        try await withScratch { directory in
            let process = ManagedProcess(script("exec sleep 60", in: directory))
            let identity = try await process.start()
            #expect(getsid(identity.pid) == identity.pid)
            #expect(getpgid(identity.pid) == identity.pid)
            await process.kill()
            #expect(await process.lastExit == .signaled(SIGKILL))
        }
    }

    @Test func stopsInOrderWhenItCan() async throws {
        try await withScratch { directory in
            let ready = directory + "/ready"
            let process = ManagedProcess(
                script("trap 'echo bye; exit 0' TERM; touch \(ready); while :; do sleep 0.01; done", in: directory)
            )
            try await process.start()
            try await process.requireReady(whenFileExists(ready), within: .seconds(10))
            #expect(await process.stop() == .exited(0))
            #expect(process.lastLogLines() == ["bye"])
        }
    }

    @Test func killsWhatDoesNotWantToStop() async throws {
        try await withScratch { directory in
            let ready = directory + "/ready"
            var specification = script(
                "trap '' TERM; touch \(ready); while :; do sleep 0.01; done",
                in: directory
            )
            specification.stopPatience = .milliseconds(100)
            let process = ManagedProcess(specification)
            try await process.start()
            try await process.requireReady(whenFileExists(ready), within: .seconds(10))
            #expect(await process.stop() == .signaled(SIGKILL))
        }
    }

    @Test func aProcessThatHasJustDiedByItselfCanBeKilledAndStartedAgain() async throws {
        try await withScratch { directory in
            let process = ManagedProcess(script("exec sleep 60", in: directory))
            for _ in 0..<100 {
                let identity = try await process.start()
                identity.signal(SIGKILL)
                // Not an await: it should be dead, and not yet reaped.
                let deadline = ContinuousClock.now + .seconds(5)
                while identity.isAlive, .now < deadline { sched_yield() }
                await process.kill()
                #expect(await process.isRunning == false)
                if await process.isRunning { break }
            }
        }
    }

    @Test func aKillTakesTheChildrenToo() async throws {
        try await withScratch { directory in
            let process = ManagedProcess(
                script("sleep 60 & echo $! > $SCRATCH/pid.new; mv $SCRATCH/pid.new $SCRATCH/pid; wait", in: directory)
            )
            try await process.start()
            try await process.requireReady(whenFileExists(directory + "/pid"), within: .seconds(10))
            let text = try String(contentsOfFile: directory + "/pid", encoding: .utf8)
            let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            let child = try #require(ProcessIdentity(pid: pid))
            await process.kill()
            try await eventually("the child is gone") { !child.isAlive }
        }
    }

    @Test func canBeStartedAgain() async throws {
        try await withScratch { directory in
            let process = ManagedProcess(script("echo run; exec sleep 60", in: directory))
            let first = try await process.start()
            await process.kill()
            let second = try await process.start()
            #expect(first != second)
            #expect(!first.isAlive)
            #expect(second.isAlive)
            await #expect(throws: SupervisionError.self) { try await process.start() }
            await process.kill()
        }
    }

    @Test func aMissingProgramIsAClearError() async throws {
        try await withScratch { directory in
            var specification = script("", in: directory)
            specification.executable = directory + "/nothing"
            let process = ManagedProcess(specification)
            let error = await #expect(throws: SupervisionError.self) { try await process.start() }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains(directory + "/nothing") == true)
            #expect(await process.isRunning == false)
        }
    }

    @Test func waitsEnd() async throws {
        try await withScratch { directory in
            let process = ManagedProcess(script("exec sleep 60", in: directory))
            await #expect(throws: SupervisionError.self) { try await process.waitForExit(within: .seconds(1)) }
            try await process.start()
            let timedOut = await #expect(throws: SupervisionError.self) {
                try await process.waitForExit(within: .milliseconds(20))
            }
            #expect(timedOut?.code == .timedOut)
            let waiting = Task { try await process.waitForExit(within: .seconds(60)) }
            waiting.cancel()
            let cancelled = await #expect(throws: SupervisionError.self) { try await waiting.value }
            #expect(cancelled?.code == .cancelled)
            await process.kill()
        }
    }
}
