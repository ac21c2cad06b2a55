import NIOCore
import NIOPosix

/// The thread on which all sockets of this module live.
enum RPCEventLoop {
    /// One loop of the process-wide group, so that a process has one socket thread and not one per module.
    static let shared: any EventLoop = MultiThreadedEventLoopGroup.singleton.any()
}

extension TimeAmount {
    /// The nearest amount of nanoseconds; beyond 292 years, that.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self = .nanoseconds(overflow ? (seconds < 0 ? .min : .max) : product + attoseconds / 1_000_000_000)
    }
}
