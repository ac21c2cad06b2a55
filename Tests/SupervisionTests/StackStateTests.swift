import Foundation
import Glibc
import Testing

@testable import Supervision

@Suite("StackState", .timeLimit(.minutes(1)))
struct StackStateTests {
    private func status(_ identity: ProcessIdentity?, state: RestartStateMachine.State = .running) -> ProcessStatus {
        ProcessStatus(
            name: "script",
            instance: "script",
            pid: identity?.pid,
            state: state,
            socket: nil,
            port: nil,
            restarts: 0,
            since: 0,
            lastExit: nil,
            log: "",
            stopSignal: SIGTERM,
            identity: identity
        )
    }

    @Test func isReadBackAsItWasWritten() async throws {
        try await withScratch { directory in
            #expect(try StackState.read(from: directory) == nil)
            var state = StackState(
                supervisor: .current,
                gateway: "http://127.0.0.1:8000",
                origin: "riot",
                dataDirectory: directory
            )
            state.processes = [status(.current)]
            state.phase = .ready
            try state.write(to: directory)
            #expect(try StackState.read(from: directory) == state)
            StackState.remove(from: directory)
            #expect(try StackState.read(from: directory) == nil)
        }
    }

    @Test(arguments: ["", "{", "[]", #"{"phase":"ready"}"#])
    func whatCannotBeUnderstoodIsSaidToBeSo(text: String) async throws {
        try await withScratch { directory in
            try text.write(toFile: directory + "/stack.json", atomically: true, encoding: .utf8)
            let error = #expect(throws: SupervisionError.self) { try StackState.read(from: directory) }
            #expect(error?.message.contains(directory + "/stack.json") == true)
        }
    }

    @Test func whatAKilledSupervisorLeftIsFoundAndEnded() async throws {
        try await withScratch { directory in
            let process = ManagedProcess(script("exec sleep 60", in: directory))
            let gone = ManagedProcess(script("exec sleep 60", in: directory, instance: "gone"))
            let identity = try await process.start()
            let dead = try await gone.start()
            await gone.kill()
            var state = StackState(supervisor: dead, gateway: "", origin: "riot", dataDirectory: directory)
            state.processes = [status(identity), status(dead)]
            let observed = state.observed
            #expect(observed.map(\.pid) == [identity.pid, nil])
            #expect(observed.map(\.state) == [.running, .stopped])
            #expect(await Leftovers.end(observed) == ["script"])
            #expect(try await process.waitForExit(within: .seconds(10)) == .signaled(SIGTERM))
        }
    }

    @Test func oneStackPerRuntimeDirectory() async throws {
        try await withScratch { directory in
            try check(directory)
        }
        func check(_ directory: String) throws {
            do {
                let first = try StackLock(runtimeDirectory: directory)
                let error = #expect(throws: SupervisionError.self) { _ = try StackLock(runtimeDirectory: directory) }
                #expect(error?.code == .inUse)
                _ = consume first
            }
            _ = try StackLock(runtimeDirectory: directory)
        }
    }
}
