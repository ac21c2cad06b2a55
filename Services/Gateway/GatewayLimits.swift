/// Every bound of the gateway, in one place.
enum GatewayLimits {
    /// Longest request body: a sync request has some hundred bytes.
    static let maximumBodyBytes = 16 * 1024
    /// Longest request head.
    static let maximumHeaderBytes = 16 * 1024
    /// Most header fields of a request.
    static let maximumHeaderFields = 100
    /// HTTP connections served at once; further ones wait in the listening socket's queue.
    static let maximumConnections = 256
    /// Connections that wait in the listening socket's queue.
    static let backlog = 1_024
    /// How long a new connection may take over its first request when the gateway ends.
    static let firstRequestPatience = Duration.seconds(5)
    /// How long a connection may stand idle or leave a request head unfinished.
    static let idleTimeout = Duration.seconds(30)
    /// How long a request body may take to arrive.
    static let bodyTimeout = Duration.seconds(10)
    /// How long a request body may take that nobody waits for, because its request is answered already; longer than
    /// `bodyTimeout`, so that whoever waits can still answer.
    static let unwantedBodyTimeout = Duration.seconds(15)
    /// How long a client may leave an answer untaken.
    static let answerTimeout = Duration.seconds(30)
    /// How long bytes that were sent may go without any sign of their receiver.
    static let vanishedTimeout = Duration.seconds(30)
    /// Connections to PostgreSQL.
    static let databaseConnections = 4
    /// How long a start waits for the orchestrator's answer, its restart included.
    static let startTimeout = Duration.seconds(8)
    /// How long a start waits for the orchestrator's socket to appear.
    static let startPatience = Duration.seconds(5)
    /// How long a lookup waits for the orchestrator's answer: 15 seconds for Riot, and its restart.
    static let lookupTimeout = Duration.seconds(21)
    /// How long the health check waits for the orchestrator.
    static let pingTimeout = Duration.seconds(1)
    /// How long a page of figures waits for each service of this host.
    static let metricsTimeout = Duration.milliseconds(500)
    /// Most services of this host that a page of figures asks.
    static let maximumPeers = 64
    /// Client addresses whose starts are counted at once; the one longest unseen is forgotten first.
    static let maximumStartAddresses = 10_000
    /// Streams of events open at once; each holds a connection.
    static let maximumEventStreams = 128
    /// Tasks on a page of a list unless another number is asked for; `TaskFilter.longestPage` is the most.
    static let taskPage = 20
    /// Longest request id that is taken over.
    static let maximumRequestIDBytes = 128
    /// Wrong members that one answer names.
    static let maximumErrors = 20
}
