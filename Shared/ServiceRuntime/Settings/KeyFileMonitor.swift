/// Judges, look by look, whether the file of the key holds another key.
///
/// A file is believed when it looks the same twice, so that one which is just being written is never read by halves.
/// Whatever is wrong with it, the key last read stays in force.
struct KeyFileMonitor: Sendable {
    /// What a look has shown.
    enum Finding: Sendable, Equatable {
        /// Nothing has changed.
        case nothing
        /// It has just changed: look again soon.
        case unsettled
        /// It holds another key.
        case changed(Secret)
        /// It holds the key in force, which was asked for or is news after a problem.
        case same
        /// It cannot be used: the end of a sentence that begins with its path. Told once per problem.
        case problem(String)
    }

    private let path: String
    private var key: Secret
    private var lastSeen: FileStamp?
    private var judged: FileStamp?
    private var problem: String?

    init(path: String, key: Secret) {
        self.path = path
        self.key = key
    }

    /// Looks at the file; blocks for as long as the file system does.
    ///
    /// - Parameter insisting: the operator says that the file is complete and asks what it holds.
    mutating func look(insisting: Bool) -> Finding {
        let stamp = FileStamp.of(path)
        defer { lastSeen = stamp }
        guard insisting || stamp == lastSeen else { return .unsettled }
        // What was wrong may have been mended without a trace in the file: it is read again until it is right.
        guard insisting || problem != nil || stamp != judged else { return .nothing }
        let found: Secret
        do throws(SettingProblem) {
            found = try read(stamp)
        } catch {
            judged = stamp
            defer { problem = error.reason }
            return insisting || error.reason != problem ? .problem(error.reason) : .nothing
        }
        guard FileStamp.of(path) == stamp else { return .unsettled }
        let isNews = insisting || problem != nil
        judged = stamp
        problem = nil
        if found == key { return isNews ? .same : .nothing }
        key = found
        return .changed(found)
    }

    private func read(_ stamp: FileStamp) throws(SettingProblem) -> Secret {
        // Opening a pipe would wait for somebody who writes into it.
        if case .present(let identity) = stamp, !identity.isRegular {
            throw SettingProblem("is no regular file, so that a new key in it cannot be noticed")
        }
        return try KeyFile.read(path)
    }
}
