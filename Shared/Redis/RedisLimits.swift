/// Every bound of this module in one place.
enum RedisLimits {
    /// Commands of one client that the server owes an answer to.
    static let inFlight = 1_024
    /// Commands of one client that wait for their turn to be sent; more are refused.
    static let waiting = 4_096
    /// Bytes of one command.
    ///
    /// Redis would take more, but nothing of ours is larger, and readers must hold it.
    static let commandBytes = 8 * 1024 * 1024
    /// Bytes of commands that are handed to hiredis before the socket has taken them.
    static let outgoingBytes = 16 * 1024 * 1024
    /// Bytes of a reply that is not complete yet; a larger one closes the connection.
    static let incomingBytes = 16 * 1024 * 1024
    /// Levels of arrays in a reply.
    static let replyDepth = 8

    /// Time to connect, to authenticate and to get the first answer.
    static let connectTimeout = Duration.seconds(2)
    /// Time for one sentinel to say where the master is; the next one is asked after that.
    static let sentinelTimeout = Duration.milliseconds(400)
    /// Sentinels of one address.
    static let sentinels = 16
    /// A server that owes an answer and sends nothing for that long is given up: the connection is made anew.
    static let stall = Duration.seconds(5)
    /// How much later than the server's own time-out a blocking command is given up.
    static let bellSlack = Duration.seconds(3)
    /// Pause after the first failed connect, doubled after each further one.
    ///
    /// Commands fail at once meanwhile.
    static let backOffBase = Duration.milliseconds(50)
    /// Longest pause between two attempts to connect.
    static let backOffMaximum = Duration.seconds(1)
    /// Looks at an idle connection at least that often; its end is seen at once anyway.
    static let idleLook = Duration.seconds(3_600)
    /// Characters of a server's error text that are repeated.
    static let errorText = 300
}
