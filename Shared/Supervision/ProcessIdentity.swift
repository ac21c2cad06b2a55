public import Glibc

/// One process of this machine, told apart from any later process that gets the same number.
///
/// A pid alone is not an identity: the kernel hands it out again. Together with the moment the process started and the
/// boot it started in, it is (proc(5), `/proc/<pid>/stat` field 22, clock ticks since boot).
public struct ProcessIdentity: Sendable, Hashable, Codable {
    /// The number of the process.
    public let pid: pid_t
    /// When it started, in clock ticks since boot.
    public let startTicks: UInt64
    /// The boot that the ticks count from.
    public let boot: String

    /// Looks at a living process; `nil` when there is none with this number, or only what is left of a dead one.
    public init?(pid: pid_t) {
        guard pid > 0, let text = ProcFile.read("/proc/\(pid)/stat"), let stat = ProcessStat(parsing: text),
            !stat.isDead
        else { return nil }
        self.init(pid: pid, startTicks: stat.startTicks, boot: Self.currentBoot)
    }

    init(pid: pid_t, startTicks: UInt64, boot: String) {
        self.pid = pid
        self.startTicks = startTicks
        self.boot = boot
    }

    /// The process that runs this code.
    public static let current = ProcessIdentity(pid: getpid())

    static let currentBoot = (ProcFile.read("/proc/sys/kernel/random/boot_id") ?? "").filter {
        $0.isASCII && $0 != "\n"
    }

    /// The processes that it has started and that run now.
    var children: [ProcessIdentity] {
        guard isAlive, let text = ProcFile.read("/proc/\(pid)/task/\(pid)/children") else { return [] }
        return text.split(separator: " ").compactMap { pid_t($0).flatMap(ProcessIdentity.init(pid:)) }
    }

    /// Whether this very process still runs.
    public var isAlive: Bool { ProcessIdentity(pid: pid) == self }

    /// Sends a signal to this very process, or to its whole process group when it leads one: then also when it is dead
    /// itself and not yet reaped, which leaves its number and its group as they were.
    ///
    /// - Returns: False when it no longer runs or may not be signalled. Between the look and the signal lie
    ///   microseconds, in which the kernel does not hand the number out again: it counts through all others first.
    @discardableResult
    public func signal(_ number: Int32, wholeGroup: Bool = false) -> Bool {
        guard let text = ProcFile.read("/proc/\(pid)/stat"), let stat = ProcessStat(parsing: text),
            stat.startTicks == startTicks, boot == Self.currentBoot
        else { return false }
        if wholeGroup, getpgid(pid) == pid { return kill(-pid, number) == 0 && !stat.isDead }
        return !stat.isDead && kill(pid, number) == 0
    }
}

/// The fields of `/proc/<pid>/stat` that identity needs.
struct ProcessStat: Equatable {
    let isDead: Bool
    let startTicks: UInt64

    /// The second field is the program's name in brackets and may itself hold spaces and brackets, so the fields are
    /// counted from the last bracket.
    init?(parsing text: String) {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let ticks = UInt64(fields[19]) else { return nil }
        self.isDead = fields[0] == "Z" || fields[0] == "X"
        self.startTicks = ticks
    }
}

/// Reads the small texts that the kernel writes under `/proc`.
enum ProcFile {
    /// The first 4 KiB of a file, or `nil` when it cannot be read.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
