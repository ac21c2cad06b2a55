/// What can be done to the system.
enum Fault: Hashable, Sendable {
    /// SIGKILL, and started again.
    case kill(service: String)
    /// SIGSTOP for longer than a lease, then SIGCONT.
    case pause(service: String)
    /// SIGTERM, and started again when it has ended.
    case drain(service: String)
    case killRedis, restartRedis, emptyRedis
    /// Killed, and the last bytes of its append-only file taken away.
    case cutRedisFile
    case killBackends, restartPostgres, killPostgres
    case cutRedisConnections, cutPostgresConnections, delayRedis, delayPostgres

    /// Which service it is done to, one of its instances.
    var service: String? {
        switch self {
        case .kill(let service), .pause(let service), .drain(let service): service
        default: nil
        }
    }

    /// Whether it cannot be done to an instance that is paused.
    var isForRunning: Bool {
        switch self {
        case .pause, .drain: true
        default: false
        }
    }

    /// The name in the table.
    var name: String {
        switch self {
        case .kill(let service): "kill -9 \(service)"
        case .pause(let service): "stop and continue \(service)"
        case .drain(let service): "SIGTERM \(service)"
        case .killRedis: "kill -9 redis"
        case .restartRedis: "restart redis"
        case .emptyRedis: "FLUSHALL"
        case .cutRedisFile: "cut the AOF of redis"
        case .killBackends: "kill postgres backends"
        case .restartPostgres: "restart postgres"
        case .killPostgres: "kill -9 postgres"
        case .cutRedisConnections: "cut connections to redis"
        case .cutPostgresConnections: "cut connections to postgres"
        case .delayRedis: "delay redis"
        case .delayPostgres: "delay postgres"
        }
    }

    /// Everything, with how often it comes among all; workers die most.
    static let weights: [(fault: Fault, weight: Int)] = [
        (.kill(service: "match-worker"), 300), (.kill(service: "timeline-worker"), 300),
        (.kill(service: "orchestrator"), 70), (.kill(service: "gateway"), 65), (.kill(service: "beat"), 65),
        (.drain(service: "match-worker"), 20), (.drain(service: "timeline-worker"), 20),
        (.drain(service: "orchestrator"), 10), (.drain(service: "gateway"), 10), (.drain(service: "beat"), 5),
        (.pause(service: "match-worker"), 4), (.pause(service: "timeline-worker"), 4),
        (.pause(service: "orchestrator"), 3), (.killRedis, 12), (.restartRedis, 6), (.emptyRedis, 7),
        (.cutRedisFile, 7), (.killBackends, 30), (.restartPostgres, 14), (.killPostgres, 4),
        (.cutRedisConnections, 20), (.cutPostgresConnections, 20), (.delayRedis, 8), (.delayPostgres, 8),
    ]
}

/// Draws faults from a seed.
struct FaultSchedule {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The next fault.
    mutating func next() -> Fault {
        let total = Fault.weights.reduce(0) { $0 + $1.weight }
        var left = number(below: total)
        for (fault, weight) in Fault.weights {
            left -= weight
            if left < 0 { return fault }
        }
        return .emptyRedis
    }

    /// A number from 0 to one less than `bound`: SplitMix64.
    mutating func number(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
