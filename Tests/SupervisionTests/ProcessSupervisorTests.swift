import Foundation
import Glibc
import Logging
import Supervision
import Testing

@Suite("ProcessSupervisor", .timeLimit(.minutes(1)))
struct ProcessSupervisorTests {
    private let quick = BackOff(first: .milliseconds(10), longest: .milliseconds(50), stableAfter: .seconds(30))

    private func supervisor() -> ProcessSupervisor {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return ProcessSupervisor(logger: logger)
    }

    @Test func aProcessThatDiesIsStartedAgainAndStatusShowsIt() async throws {
        try await withScratch { directory in
            let supervisor = supervisor()
            let ready = directory + "/ready"
            try await supervisor.start(
                script("touch \(ready); exec sleep 60", in: directory),
                readiness: whenFileExists(ready),
                backOff: quick
            )
            let before = try #require(await supervisor.status().first)
            #expect(before.state == .running)
            #expect(before.restarts == 0)
            let identity = try #require(before.identity)
            identity.signal(SIGKILL)
            try await eventually("it runs again") {
                let status = await supervisor.status().first
                return status?.state == .running && status?.restarts == 1 && status?.identity != identity
            }
            let after = try #require(await supervisor.status().first)
            #expect(after.lastExit == "signal 9 (Killed)")
            #expect(after.pid != before.pid)
            await supervisor.stopAll()
            let stopped = try #require(await supervisor.status().first)
            #expect(stopped.state == .stopped)
            #expect(stopped.pid == nil)
        }
    }

    @Test func oneThatDiesWhileStartingIsTriedAgain() async throws {
        try await withScratch { directory in
            let supervisor = supervisor()
            let ready = directory + "/ready"
            let text = "[ -e $SCRATCH/second ] || { touch $SCRATCH/second; exit 69; }; touch \(ready); exec sleep 60"
            try await supervisor.start(
                script(text, in: directory),
                readiness: whenFileExists(ready),
                backOff: quick
            )
            #expect(await supervisor.status().first?.restarts == 1)
            await supervisor.stopAll()
        }
    }

    @Test func oneThatCannotBeStartedAnyMoreStopsWhenItIsTold() async throws {
        try await withScratch { directory in
            let supervisor = supervisor()
            let ready = directory + "/ready"
            var specification = script("", in: directory)
            specification.executable = directory + "/program"
            specification.arguments = []
            let text = "#!/bin/sh\nrm $0\ntouch \(ready)\nexec sleep 60\n"
            try #require(FileManager.default.createFile(atPath: specification.executable, contents: Data(text.utf8)))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: specification.executable)
            try await supervisor.start(specification, readiness: whenFileExists(ready), backOff: quick)
            try #require(await supervisor.status().first?.identity).signal(SIGKILL)
            try await eventually("it was tried several times") { await supervisor.status().first?.restarts ?? 0 >= 5 }
            await supervisor.stopAll()
            #expect(await supervisor.status().first?.state == .stopped)
        }
    }

    @Test(arguments: 1...8) func oneThatIsToldToStopWhileItIsStartedAgainStaysDead(restarts: Int) async throws {
        try await withScratch { directory in
            let supervisor = supervisor()
            let backOff = BackOff(first: .milliseconds(1), longest: .milliseconds(1), stableAfter: .seconds(30))
            let text = """
                echo $$ >>$SCRATCH/pids
                [ -e $SCRATCH/ready ] || { touch $SCRATCH/ready; exec sleep 60; }
                exit 1
                """
            try await supervisor.start(
                script(text, in: directory),
                readiness: whenFileExists(directory + "/ready"),
                backOff: backOff
            )
            try #require(await supervisor.status().first?.identity).signal(SIGKILL)
            try await eventually("it dies again and again") {
                await supervisor.status().first?.restarts ?? 0 >= restarts
            }
            await supervisor.stopAll()
            let status = try #require(await supervisor.status().first)
            #expect(status.state == .stopped && status.pid == nil)
            let pids = try String(contentsOfFile: directory + "/pids", encoding: .utf8).split(separator: "\n")
            #expect(pids.compactMap { pid_t($0).flatMap(ProcessIdentity.init(pid:)) }.isEmpty, "\(pids)")
        }
    }

    @Test func aConfigurationErrorEndsTheStartAtOnceWithItsLastLines() async throws {
        try await withScratch { directory in
            let supervisor = supervisor()
            let error = await #expect(throws: SupervisionError.self) {
                try await supervisor.start(
                    script("echo 'the key is missing' >&2; exit 78", in: directory),
                    readiness: whenFileExists("/nonexistent"),
                    within: .seconds(50),
                    backOff: quick
                )
            }
            #expect(error?.code == .exited)
            #expect(error?.message.contains("exit code 78") == true)
            #expect(error?.message.contains("the key is missing") == true)
            #expect(await supervisor.status().first?.state == .failed)
            await supervisor.stopAll()
        }
    }

    @Test func oneThatNeverAnswersIsNamedWithItsReason() async throws {
        try await withScratch { directory in
            let supervisor = supervisor()
            let error = await #expect(throws: SupervisionError.self) {
                try await supervisor.start(
                    script("exec sleep 60", in: directory),
                    readiness: .rpc(socket: directory + "/x.sock"),
                    within: .seconds(2),
                    backOff: quick
                )
            }
            #expect(error?.code == .timedOut)
            #expect(error?.message.contains("script is not ready") == true)
            #expect(error?.message.contains("nothing listens there") == true, "\(String(describing: error))")
            await supervisor.stopAll()
            #expect(await supervisor.status().first?.pid == nil)
        }
    }

    @Test func endsTheHighestStageFirst() async throws {
        try await withScratch { directory in
            let supervisor = supervisor()
            for (stage, instance) in ["a", "b", "c"].enumerated() {
                let ready = "\(directory)/\(instance).ready"
                let text =
                    "trap 'echo \(instance) >> $SCRATCH/order; exit 0' TERM; touch \(ready); while :; do sleep 0.01; done"
                try await supervisor.start(
                    script(text, in: directory, instance: instance),
                    readiness: whenFileExists(ready),
                    stage: stage
                )
            }
            await supervisor.stopAll()
            #expect(try String(contentsOfFile: directory + "/order", encoding: .utf8) == "c\nb\na\n")
            await #expect(throws: SupervisionError.self) {
                try await supervisor.start(
                    script("exec sleep 60", in: directory, instance: "d"),
                    readiness: whenFileExists("/")
                )
            }
        }
    }

    @Test func anAbruptStopOvertakesAnOrderlyOne() async throws {
        try await withScratch { directory in
            let supervisor = supervisor()
            let ready = directory + "/ready"
            let text = "trap '' TERM; touch \(ready); while :; do sleep 0.01; done"
            try await supervisor.start(script(text, in: directory), readiness: whenFileExists(ready))
            async let orderly: Void = supervisor.stopAll()
            try await eventually("the orderly stop has begun") {
                await supervisor.status().first?.state == .stopping
            }
            await supervisor.stopAll(abruptly: true)
            await orderly
            #expect(await supervisor.status().first?.state == .stopped)
        }
    }
}
