import Glibc
import Logging
import Supervision
import Testing

@Suite("HeldListener", .timeLimit(.minutes(1)))
struct HeldListenerTests {
    @Test func aProcessFindsTheSocketAndKnowsThatItIsMeant() async throws {
        try await withScratch { directory in
            let listener = try HeldListener(host: "127.0.0.1", port: 0)
            var specification = script(
                """
                echo "$LISTEN_FDS $LISTEN_FDNAMES $1"; test "$LISTEN_PID" = $$ && echo mine
                readlink /proc/self/fd/3 | cut -c1-7; readlink /proc/self/fd/0
                """,
                in: directory
            )
            specification.arguments += ["script", "an 'argument'  $HOME"]
            specification.listener = listener
            let process = ManagedProcess(specification)
            let identity = try await process.start()
            #expect(getsid(identity.pid) == identity.pid || getsid(identity.pid) == -1)
            #expect(try await process.waitForExit(within: .seconds(10)) == .exited(0))
            #expect(process.lastLogLines() == ["1 http an 'argument'  $HOME", "mine", "socket:", "/dev/null"])
        }
    }

    @Test func whoConnectsIsRefusedOnceNobodyWillServeHim() async throws {
        let listener = try HeldListener(host: "127.0.0.1", port: 0)
        func exchange(within patience: Duration) async throws(LocalExchange.Failure) {
            _ = try await LocalExchange.ask(
                .tcp(host: "127.0.0.1", port: listener.port),
                [1],
                until: .now + patience,
                isComplete: nil
            )
        }
        await #expect(throws: LocalExchange.Failure.timedOut) { try await exchange(within: .milliseconds(50)) }
        listener.refuse()
        await #expect(throws: LocalExchange.Failure.notListening(ECONNREFUSED)) {
            try await exchange(within: .seconds(10))
        }
    }

    @Test func aServiceThatFailedForGoodLeavesNoOpenPort() async throws {
        try await withScratch { directory in
            let listener = try HeldListener(host: "127.0.0.1", port: 0)
            var specification = script("exit 78", in: directory)
            specification.listener = listener
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let supervisor = ProcessSupervisor(logger: logger)
            await #expect(throws: SupervisionError.self) {
                try await supervisor.start(specification, readiness: whenFileExists(directory + "/never"))
            }
            await #expect(throws: LocalExchange.Failure.notListening(ECONNREFUSED)) {
                _ = try await LocalExchange.ask(
                    .tcp(host: "127.0.0.1", port: listener.port),
                    [1],
                    until: .now + .seconds(10),
                    isComplete: nil
                )
            }
            await supervisor.stopAll()
        }
    }

    @Test func thePortIsTakenAsLongAsItIsHeld() throws {
        var listener: HeldListener? = try HeldListener(host: "127.0.0.1", port: 0)
        let port = try #require(listener).port
        #expect(!TCPPort.isFree(host: "127.0.0.1", port: port))
        #expect(throws: SupervisionError.self) { try HeldListener(host: "127.0.0.1", port: port) }
        listener = nil
        #expect(TCPPort.isFree(host: "127.0.0.1", port: port))
    }
}
