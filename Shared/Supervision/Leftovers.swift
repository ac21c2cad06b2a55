import Glibc

/// Ends processes that were started by somebody else, for example by an `up` that was killed.
///
/// Only the very processes that were written down are touched, never another one that got a number of theirs.
public enum Leftovers {
    /// Ends the processes one after another, the last started first, each with the signal written down for it and, after
    /// `patience`, by force.
    ///
    /// - Returns: The instances that had to be ended.
    @discardableResult
    public static func end(_ processes: [ProcessStatus], patience: Duration = .seconds(20)) async -> [String] {
        var ended: [String] = []
        for process in processes.reversed() {
            guard let identity = process.identity, identity.isAlive else { continue }
            await end(identity, signal: process.stopSignal, patience: patience)
            ended.append(process.instance)
        }
        return ended
    }

    /// Ends one process and waits until it is gone.
    ///
    /// - Returns: Whether it is gone.
    @discardableResult
    public static func end(_ identity: ProcessIdentity, signal: Int32, patience: Duration) async -> Bool {
        identity.signal(signal)
        if await isGone(identity, within: patience) { return true }
        identity.signal(SIGKILL, wholeGroup: true)
        return await isGone(identity, within: .seconds(5))
    }

    /// Waits until a process is gone; false when it is still there after `patience` or the task was cancelled.
    public static func isGone(_ identity: ProcessIdentity, within patience: Duration) async -> Bool {
        let deadline = ContinuousClock.now + patience
        while identity.isAlive {
            guard ContinuousClock.now < deadline else { return false }
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return !identity.isAlive }
        }
        return true
    }
}
