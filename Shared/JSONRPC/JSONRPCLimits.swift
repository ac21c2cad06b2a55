/// Every bound of the protocol in one place.
public enum JSONRPCLimits {
    /// Bytes of a frame, without its line feed: 4 MiB.
    public static let frameBytes = 4 << 20
    /// Bytes that a peer may send without a line feed, beyond a frame's limit, before it is cut off: 64 MiB.
    public static let skippedBytes = 64 << 20
    /// Requests in a batch.
    public static let batchEntries = 100
    /// Requests of a batch that run at the same time.
    public static let batchWidth = 16
    /// Requests of a connection that run at the same time; beyond, its socket is not read.
    public static let requestsInFlight = 64
    /// Connections of a server.
    public static let connections = 256
    /// How long a begun frame may stay unfinished, so that slow senders hold nothing for ever.
    public static let unfinishedFrame: Duration = .seconds(30)
    /// Bytes of answers that wait for a peer to read them before it is cut off: 8 MiB.
    public static let unsentBytes = 8 << 20
    /// How long a server that shuts down waits for running requests.
    public static let shutdown: Duration = .seconds(10)
    /// How long it still answers on idle connections, so that no request that was under way is lost unanswered.
    static let farewell: Duration = .milliseconds(50)
    /// Connections that wait to be accepted (listen(2)).
    static let backlog = 512
    /// Calls of a client that wait for their answers or for a connection.
    public static let pendingCalls = 4096
    /// Containers inside each other in a frame.
    static let depth = 64
    /// Bytes of a socket's path, without the NUL (unix(7)).
    public static let pathBytes = 107
    /// Bytes of a method's name that an error repeats.
    static let quotedName = 128
}
