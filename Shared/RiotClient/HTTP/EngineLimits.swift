/// The bounds of the engine, in one place.
enum EngineLimits {
    /// Requests accepted and not yet answered; the next one is refused.
    static let outstanding = 128
    /// Connections to one host: one route of Riot's.
    static let connectionsPerHost = 16
    /// Connections of the process.
    static let connections = 64
    /// Easy handles kept for reuse.
    static let idleHandles = 16
    /// All header lines of one answer together; Riot's have about 1 kB.
    static let headerBytes = 64 * 1024
    /// An idle connection is not used again after this time.
    ///
    /// Servers and their proxies commonly close theirs at 60 s, and a request that meets such a connection is lost.
    static let connectionMaxAgeSeconds = 50
    /// Longest sleep of the thread without any event.
    static let pollMilliseconds: Int32 = 1_000
}
