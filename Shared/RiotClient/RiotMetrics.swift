import Metrics

/// The figures of the client; labels come from closed sets only.
public enum RiotMetrics {
    static func count(_ decision: PermitDecision, route: String, method: RiotMethod) {
        switch decision {
        case .granted: countPermit("granted", route: route, method: method)
        case .wait(let wait): countPermit(wait.reason.label, route: route, method: method)
        }
    }

    /// A permit that was granted and came back: a worker takes one before it looks for a job.
    static func countReturn(of permit: Permit) {
        countPermit("returned", route: permit.route, method: permit.method)
    }

    /// `result` is what became of the wish for one: `granted`, `returned`, or why it was refused.
    private static func countPermit(_ result: String, route: String, method: RiotMethod) {
        Counter(
            label: "riot_permits_total",
            dimensions: [("route", route), ("method", method.rawValue), ("result", result)]
        ).increment()
    }

    /// Records how long a permit was waited for, from the wish to the grant.
    ///
    /// `RiotClient.fetch` does it by itself; whoever waits on his own does it when the permit is put to use.
    public static func record(wait: Duration, for permit: Permit) {
        Timer(
            label: "riot_permit_wait_seconds",
            dimensions: [("route", permit.route), ("method", permit.method.rawValue)]
        ).recordNanoseconds(wait.wholeMicroseconds * 1000)
    }

    /// `result` is a status, or the name of a failure of the transport.
    static func count(_ request: RiotRequest, result: String, duration: Duration?) {
        let dimensions = [("route", request.route), ("method", request.method.rawValue)]
        Counter(label: "riot_requests_total", dimensions: dimensions + [("result", result)]).increment()
        if let duration {
            let (seconds, attoseconds) = duration.components
            Timer(label: "riot_request_seconds", dimensions: dimensions)
                .recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        }
    }

    static func countRefusal(_ request: RiotRequest, scope: LimitScope) {
        Counter(
            label: "riot_429_total",
            dimensions: [
                ("route", request.route), ("method", request.method.rawValue), ("type", scope.rawValue),
            ]
        ).increment()
    }
}
