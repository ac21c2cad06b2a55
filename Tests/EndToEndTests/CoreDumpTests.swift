import Foundation
import Glibc
import TestSupport
import Testing

/// A service that crashes leaves no memory behind: no core, and a backtrace without registers.
///
/// Each test has a control, a program that does not look after that, because on a machine without cores or backtraces
/// nothing would be left behind by anybody.
@Suite(.serialized, .timeLimit(.minutes(5))) struct CoreDumpTests {
    private static let key = "RGAPI-in-memory-0123456789"

    private static func path(of program: String) throws -> String {
        try TestSystem.required("RIFTSYNC_BIN_DIR") + "/" + program
    }

    /// Runs without servers, as a worker of a developer does.
    private static let alone = [
        "RIOT_API_KEY": key, "RIOT_API_BASE_URL": "http://127.0.0.1:1/{route}", "LOG_FORMAT": "text",
    ]

    /// Whether the kernel writes cores into the working directory, where a core of the control must be found then;
    /// otherwise they go to a program or another place, which may refuse them (core(5)).
    private static var coresStayHere: Bool {
        let pattern = (try? String(contentsOfFile: "/proc/sys/kernel/core_pattern", encoding: .utf8)) ?? ""
        return pattern.first.map { $0 != "|" && $0 != "@" } == true && !pattern.contains("/")
    }

    @Test(arguments: TestSystem.everyService)
    func noServiceLeavesACore(service: String) async throws {
        let redis = try TestRedis()
        try await withTestDatabase { database in
            let servers = [
                "REDIS_URL": redis.url, "REDIS_PREFIX": redis.prefix, "DATABASE_URL": database, "GATEWAY_PORT": "0",
            ]
            let environment = Self.alone.merging(servers) { $1 }
            let program = try Self.path(of: service)
            for signal in [SIGABRT, SIGSEGV] {
                let control = try await CrashingProgram("/bin/sleep", ["600"], until: nil).crash(signal)
                #expect(control.signal == signal)
                #expect(control.hasDumped || !Self.coresStayHere)
                let end = try await CrashingProgram(program, environment: environment, until: "started").crash(signal)
                #expect(end.signal == signal)
                #expect(end.files.isEmpty)
                // Where the control has dumped none, the kernel keeps no cores; the next test needs none.
                #expect(!end.hasDumped, "the control has dumped: \(control.hasDumped)")
                #expect(!end.output.contains(Self.key))
            }
        }
        try await redis.removeKeys()
    }

    /// The sign that needs no core: the kernel gives root what lies under `/proc` of a process that is not dumpable.
    @Test func aServiceOfAnOrdinaryUserIsNotDumpable() async throws {
        let control = try await CrashingProgram("/bin/sleep", ["600"], asNobody: true, until: nil)
        #expect(control.owner == (geteuid() == 0 ? CrashingProgram.nobody : geteuid()))
        _ = try await control.crash(SIGSEGV)
        let service = try await CrashingProgram(
            try Self.path(of: "match-worker"),
            environment: Self.alone,
            asNobody: true,
            until: "started"
        )
        #expect(service.owner == 0)
        #expect(try await !service.crash(SIGSEGV).hasDumped)
    }

    @Test(arguments: [false, true], [SIGABRT, SIGSEGV])
    func aBacktraceNamesFunctionsAndNoRegister(asNobody: Bool, signal: Int32) async throws {
        for setting in ["enable=yes", "enable=yes,registers=all,output-to=stdout"] {
            let end = try await CrashingProgram(
                try Self.path(of: "match-worker"),
                environment: Self.alone.merging(["SWIFT_BACKTRACE": setting]) { $1 },
                asNobody: asNobody,
                until: "started"
            ).crash(signal)
            #expect(end.signal == signal && !end.hasDumped)
            #expect(end.files.isEmpty)
            #expect(end.output.contains("*** Program crashed:"), "\(end.output.suffix(2000))")
            // Without access to the process's maps there are addresses only.
            #expect(end.output.contains(" in libc.so.6"), "\(end.output.suffix(2000))")
            #expect(end.output.contains(" in match-worker at "), "\(end.output.suffix(2000))")
            #expect(!end.output.contains("Registers:") && !end.output.contains("rflags"))
            #expect(!end.output.contains("RGAPI"))
        }
    }

    /// Without the setting the runtime would print registers, which cannot be prevented at that point.
    @Test func withoutTheSettingThereIsNoBacktrace() async throws {
        let simulator = try await CrashingProgram(
            try Self.path(of: "riot-simulator"),
            ["--port", "0", "--player", "Demo#NA1", "--matches", "1"],
            until: "127.0.0.1"
        ).crash(SIGTRAP, andAgainAfter: "Backtrace took")
        #expect(simulator.output.contains("Registers:"), "the control: \(simulator.output.suffix(2000))")
        let end = try await CrashingProgram(
            try Self.path(of: "match-worker"),
            environment: Self.alone,
            until: "started"
        ).crash(SIGTRAP)
        #expect(end.signal == SIGTRAP && !end.hasDumped)
        #expect(!end.output.contains("***"))
    }
}
