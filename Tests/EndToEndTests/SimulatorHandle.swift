import Foundation
import RiotSimulator
import Supervision
import TestSupport

/// The real `riot-simulator` in a process of its own.
struct SimulatorHandle: Sendable {
    /// The key that the system under test presents; a word that no log may hold.
    let key = "RGAPI-end-to-end-secret"
    let port: Int
    var baseURL: String { "http://127.0.0.1:\(port)/{route}" }

    /// Limits that no test reaches, with all headers, as a very large key has them.
    static let wide = [
        "--app-limit", "50000:1", "--method-limit", "match=50000:1", "--method-limit", "timeline=50000:1",
    ]

    /// Starts a simulator with these arguments, runs `body` and stops it.
    static func run(
        _ arguments: [String],
        body: @Sendable @escaping (SimulatorHandle) async throws -> Void
    ) async throws {
        let programs = try TestSystem.required("RIFTSYNC_BIN_DIR")
        let directory = try TestSystem.scratchDirectory()
        let port = try LoopbackSocket.freePort()
        let process = ManagedProcess(
            ProcessSpecification(
                name: "riot-simulator",
                executable: "\(programs)/riot-simulator",
                arguments: ["--port", String(port)] + arguments,
                environment: ["PATH": "/usr/bin:/bin"],
                logFile: "\(directory)/simulator.log"
            )
        )
        try await process.start()
        let ready = await Readiness.http(.tcp(host: "127.0.0.1", port: port), path: "/_sim/stats")
            .wait(until: .now + .seconds(30))
        do {
            guard ready == .ready else { throw TestFailure("the simulator is not ready: \(process.lastLogLines(20))") }
            try await body(SimulatorHandle(port: port))
        } catch {
            await process.stop()
            throw error
        }
        await process.stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// What the simulator has counted.
    func stats() async throws -> SimulatorStats {
        try JSONDecoder().decode(SimulatorStats.self, from: try await get("/_sim/stats").body)
    }

    /// What a player's year amounts to, worked out by the simulator beside the bodies.
    func expectation(of player: String, year: Int, platform: String = "na1") async throws -> WorldExpectation {
        let name = player.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? player
        let answer = try await get("/_sim/world?player=\(name)&platform=\(platform)&year=\(year)")
        return try JSONDecoder().decode(WorldExpectation.self, from: answer.body)
    }

    /// The simulator's own time, milliseconds since it started.
    func now() async throws -> Double { Double(try await use().now) }

    /// How much of every window was used before a moment of the simulator's time; nil stands for the last request.
    func use(until milliseconds: Int? = nil) async throws -> QuotaUse {
        let query = milliseconds.map { "?until_ms=\($0)" } ?? ""
        return try JSONDecoder().decode(QuotaUse.self, from: try await get("/_sim/use\(query)").body)
    }

    /// Every request that has ended, in the order of their ends; the simulator keeps 15,000 at least.
    func log() async throws -> [LoggedRequest] {
        try JSONDecoder().decode([LoggedRequest].self, from: try await get("/_sim/log?limit=20000").body)
    }

    /// What a faithful Riot would have refused.
    func violations() async throws -> ViolationLog {
        try JSONDecoder().decode(ViolationLog.self, from: try await get("/_sim/violations").body)
    }

    /// Looks at the log until `condition` holds of it, and returns it.
    func waitForLog(
        _ what: String,
        within patience: Duration = TestSystem.patience,
        until condition: @Sendable @escaping ([LoggedRequest]) -> Bool
    ) async throws -> [LoggedRequest] {
        let finding = await Readiness { _ in
            ((try? await self.log()).map(condition) ?? false) ? .ready : .notYet(what)
        }.wait(until: .now + patience)
        guard finding == .ready else { throw TestFailure("it did not happen in \(patience): \(what)") }
        return try await log()
    }

    /// Looks at the use of the quota until `find` finds something in it.
    func waitForUse<Found: Sendable>(
        _ what: String,
        find: @Sendable @escaping (QuotaUse) -> Found?
    ) async throws -> Found {
        let finding = await Readiness { _ in
            ((try? await self.use()).flatMap(find)) == nil ? .notYet(what) : .ready
        }.wait(until: .now + TestSystem.patience)
        guard finding == .ready, let found = find(try await use()) else {
            throw TestFailure("it did not happen in \(TestSystem.patience): \(what)")
        }
        return found
    }

    /// Waits until the simulator's time has come to a moment.
    func wait(untilTime milliseconds: Double) async throws {
        let isThere = await Readiness { _ in
            ((try? await self.now()) ?? 0) >= milliseconds ? .ready : .notYet("it is earlier")
        }.wait(until: .now + TestSystem.patience)
        guard isThere == .ready else { throw TestFailure("the simulator's time did not come to \(milliseconds) ms") }
    }

    /// Sets counts back to nothing.
    func reset() async throws { _ = try await post("/_sim/reset", "{}") }

    func get(_ path: String) async throws -> HTTPAnswer { try await LoopbackHTTP.send("GET", port: port, path) }

    @discardableResult
    func post(_ path: String, _ body: String) async throws -> HTTPAnswer {
        let answer = try await LoopbackHTTP.send(
            "POST",
            port: port,
            path,
            body: body,
            headers: ["Content-Type": "application/json"]
        )
        guard (200..<300).contains(answer.status) else {
            throw TestFailure("POST \(path): \(answer.status) \(answer.text)")
        }
        return answer
    }
}
