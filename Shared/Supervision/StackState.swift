import FoundationEssentials
import Glibc
import SystemPackage

/// What runs on this machine as one stack, written down so that `status` and `down` find it, and so that whatever a
/// killed `up` left behind can be ended by whoever comes next.
///
/// Lives in the runtime directory as `stack.json`. Readers never see half of it: it is written aside and renamed.
public struct StackState: Sendable, Equatable, Codable {
    /// How far `up` is.
    public enum Phase: String, Sendable, Codable {
        /// Something is still being started.
        case starting
        /// Everything answers.
        case ready
        /// Everything is being ended.
        case stopping
        /// It could not be started; `problem` says why.
        case failed
    }

    /// The name of the file in the runtime directory.
    public static let fileName = "stack.json"
    /// The largest file that is read.
    static let sizeLimit = 1 << 20

    /// The process that supervises the others.
    public var supervisor: ProcessIdentity?
    /// How far it is.
    public var phase: Phase
    /// Why it failed, in a sentence.
    public var problem: String?
    /// Where HTTP is answered.
    public var gateway: String
    /// Where the data come from: `riot` or the address of a simulator.
    public var origin: String
    /// Where the private servers keep their data and the logs are.
    public var dataDirectory: String
    /// The address of the private database, which holds no secret; `nil` when another one is used.
    public var databaseURL: String?
    /// All processes in the order of starting.
    public var processes: [ProcessStatus]

    /// Describes a stack of which nothing runs yet.
    public init(supervisor: ProcessIdentity?, gateway: String, origin: String, dataDirectory: String) {
        self.supervisor = supervisor
        self.phase = .starting
        self.gateway = gateway
        self.origin = origin
        self.dataDirectory = dataDirectory
        self.processes = []
    }

    /// Reads what the runtime directory holds; `nil` when nothing was started there.
    ///
    /// - Throws: `unavailable` when there is a file that cannot be read or understood.
    public static func read(from runtimeDirectory: String) throws(SupervisionError) -> StackState? {
        let path = runtimeDirectory + "/" + fileName
        guard access(path, F_OK) == 0 else { return nil }
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
            defer { try? file.close() }
            var buffer = [UInt8](repeating: 0, count: sizeLimit)
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
            return try JSONDecoder().decode(StackState.self, from: Data(buffer[..<count]))
        } catch {
            throw SupervisionError(
                .unavailable,
                "\(path), which says what was started, cannot be read: \(error). End what runs by hand "
                    + "(ps lists it), then remove the file."
            )
        }
    }

    /// Writes it down in the runtime directory.
    public func write(to runtimeDirectory: String) throws(SupervisionError) {
        let path = runtimeDirectory + "/" + Self.fileName
        let aside = path + ".new"
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let bytes = try encoder.encode(self)
            let file = try FileDescriptor.open(
                FilePath(aside),
                .writeOnly,
                options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
            try file.closeAfter { _ = try file.writeAll(bytes) }
        } catch {
            throw SupervisionError(.unavailable, "\(aside) cannot be written: \(error).")
        }
        guard rename(aside, path) == 0 else {
            throw SupervisionError(.system, "\(aside) cannot be renamed: \(String(cString: strerror(errno))).")
        }
    }

    /// Forgets the stack: everything has ended.
    public static func remove(from runtimeDirectory: String) {
        unlink(runtimeDirectory + "/" + fileName)
    }

    /// The processes as they are now: whoever is gone has no pid, whatever was written down.
    public var observed: [ProcessStatus] {
        let isSupervised = supervisor?.isAlive ?? false
        return processes.map { process in
            var process = process
            if process.identity?.isAlive != true {
                process.pid = nil
                process.identity = nil
                if !isSupervised, process.state != .failed { process.state = .stopped }
            }
            return process
        }
    }
}
