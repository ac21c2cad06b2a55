import Foundation
import Glibc
import Supervision

/// A program that may write a core as large as it likes, in a directory of its own, and is then made to crash.
///
/// It is started by hand, because the flag that tells of a core (`WCOREDUMP`, waitpid(2)) is wanted.
struct CrashingProgram {
    /// Somebody who is neither root nor the owner of anything.
    static let nobody: uid_t = 65_534

    /// How it ended.
    struct End {
        let signal: Int32
        let hasDumped: Bool
        /// What lies in its working directory and was not there before.
        let files: [String]
        let output: String
    }

    let pid: pid_t
    /// Who owns the process's files under `/proc`: the user himself, or root when it is not dumpable.
    let owner: uid_t
    private let directory: String

    /// Starts `program` and waits until it has printed `word`.
    ///
    /// - Parameter asNobody: as an ordinary user; when this is no root, it is one anyway.
    init(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        asNobody: Bool = false,
        until word: String?
    ) async throws {
        directory = try TestSystem.scratchDirectory()
        mkdir(directory + "/cwd", 0o777)
        chmod(directory, 0o755)
        chmod(directory + "/cwd", 0o777)
        let name = (program as NSString).lastPathComponent
        let copy = "\(directory)/\(name)"
        var words = [copy] + arguments
        if asNobody, geteuid() == 0 {
            words = ["setpriv", "--reuid=\(Self.nobody)", "--regid=\(Self.nobody)", "--clear-groups"] + words
        }
        // A copy, because somebody else need not be able to enter the build directory. The shell makes it: a program that
        // this process has open for writing cannot be run while another test forks (ETXTBSY, execve(2)).
        let script =
            #"cp "$1" "$2" && chmod 755 "$2" && shift 2 && "#
            + #"ulimit -c unlimited && cd "$0/cwd" && exec "$@" >"$0/output" 2>&1 </dev/null"#
        let variables = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "RUNTIME_DIR": directory + "/cwd/run"]
        pid = try Self.spawn(
            ["/bin/sh", "-c", script, directory, program, copy] + words,
            variables.merging(environment) { $1 }.map { "\($0)=\($1)" }
        )
        let running = await Readiness { [directory, pid] _ in
            let output = (try? String(contentsOfFile: directory + "/output", encoding: .utf8)) ?? ""
            if let word { return output.contains(word) ? .ready : .notYet(output) }
            let command = try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)
            return command?.hasPrefix(name.prefix(15)) == true ? .ready : .notYet(command ?? "")
        }.wait(until: .now + .seconds(30))
        guard running == .ready else {
            Glibc.kill(pid, SIGKILL)
            throw TestFailure("\(name) does not start: \(running)")
        }
        var status = stat()
        guard stat("/proc/\(pid)/environ", &status) == 0 else { throw TestFailure("\(name) is gone") }
        owner = status.st_uid
    }

    /// Sends a signal that ends with a core, and waits for the end.
    ///
    /// - Parameter word: when it has been printed the signal is sent again, which the runtime's own handler needs.
    func crash(_ signal: Int32, andAgainAfter word: String? = nil) async throws -> End {
        Glibc.kill(pid, signal)
        if let word {
            _ = await Readiness { [directory] _ in
                let output = (try? String(contentsOfFile: directory + "/output", encoding: .utf8)) ?? ""
                return output.contains(word) ? .ready : .notYet(output)
            }.wait(until: .now + .seconds(60))
            Glibc.kill(pid, signal)
        }
        let status = ExitStatus()
        let ended = await Readiness { [pid] _ in await status.look(pid) ? .ready : .notYet("") }
            .wait(until: .now + .seconds(60))
        guard ended == .ready else {
            Glibc.kill(pid, SIGKILL)
            throw TestFailure("signal \(signal) did not end it")
        }
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let code = await status.value
        // wait(2): the low seven bits are the signal, the eighth tells of a core.
        return End(
            signal: code & 0x7F,
            hasDumped: code & 0x80 != 0,
            files: try FileManager.default.contentsOfDirectory(atPath: directory + "/cwd").filter { $0 != "run" },
            output: (try? String(contentsOfFile: directory + "/output", encoding: .utf8)) ?? ""
        )
    }

    private actor ExitStatus {
        private(set) var value: Int32 = 0

        /// Whether the process has ended; then its status is kept.
        func look(_ pid: pid_t) -> Bool { waitpid(pid, &value, WNOHANG) == pid }
    }

    private static func spawn(_ arguments: [String], _ environment: [String]) throws -> pid_t {
        let argv = arguments.map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        // The threads that run tests block signals, and a program inherits that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var pid: pid_t = 0
        let code = posix_spawn(&pid, arguments[0], nil, &attributes, argv, envp)
        guard code == 0 else { throw TestFailure("\(arguments[0]): \(String(cString: strerror(code)))") }
        return pid
    }
}
