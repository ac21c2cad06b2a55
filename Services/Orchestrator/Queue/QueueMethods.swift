import JSONRPC
import Logging
import Redis
import RiotModels
import ServiceRuntime
import Storage
import SyncJobs
import WorkQueue

/// Parameters of the methods about the queue; each method takes some of them.
struct QueueParameters: Codable, Sendable {
    let kind: String?
    let route: String?
    let limit: Int?
}

/// The methods by which operators look at the queue, pause and resume it.
struct QueueMethods: Sendable {
    /// Tenants that `queue.tenants` describes at most.
    static let longestList = 1000

    let storage: Storage
    let queue: WorkQueue
    let logger: Logger

    func add(to table: inout MethodTable) {
        let kind = ParameterDescription(
            "kind",
            type: .string,
            required: false,
            summary: "\(QueueChoice.pausableNames); all if absent."
        )
        let route = ParameterDescription(
            "route",
            type: .string,
            required: false,
            summary: "\(QueueChoice.routeNames); all if absent."
        )
        table.add(
            "queue.stats",
            summary: "How many jobs wait, run, are delayed or dead, by lane and kind, and whether they may be claimed.",
            parameters: [],
            errors: [.dependencyDown]
        ) { (_: NoParameters, _) in try await stats() }
        table.add(
            "queue.tenants",
            summary: "Who has jobs of a kind in a lane, in the order of their turns.",
            parameters: [
                ParameterDescription("kind", type: .string, summary: QueueChoice.names),
                ParameterDescription("route", type: .string, summary: QueueChoice.routeNames),
                ParameterDescription("limit", type: .integer, required: false, summary: "1 to 1000; 50 if absent."),
            ],
            errors: [.dependencyDown]
        ) { (parameters: QueueParameters, _) in try await tenants(parameters) }
        table.add(
            "queue.pause",
            summary: "Nobody claims such jobs until they are resumed, whatever is restarted; running ones go on.",
            parameters: [kind, route],
            errors: [.dependencyDown]
        ) { (parameters: QueueParameters, _) in try await setPaused(true, parameters) }
        table.add(
            "queue.resume",
            summary: "Ends pauses, and wakes the workers.",
            parameters: [kind, route],
            errors: [.dependencyDown]
        ) { (parameters: QueueParameters, _) in try await setPaused(false, parameters) }
    }

    // MARK: Looking

    /// The lists of every lane; dead letters are counted in PostgreSQL, which is their truth.
    func stats() async throws -> [QueueStatsEntry] {
        let (pauses, letters) = try await keepingDependencyErrors {
            (try await storage.queuePauses(), try await storage.deadLetterCounts(DeadLetterFilter()))
        }
        var entries: [QueueStatsEntry] = []
        for lane in RegionalRoute.allCases {
            for kind in JobKind.allCases {
                let depth = try await keepingRedisErrors { () throws(RedisError) in
                    try await queue.depth(lane: lane.rawValue, kind: kind.rawValue)
                }
                let dead = DeadLetterKind(rawValue: kind.rawValue).flatMap { letters[$0] } ?? [:]
                entries.append(
                    QueueStatsEntry(
                        lane: lane,
                        kind: kind,
                        depth: depth,
                        dead: dead.filter { $0.key.matchRoute == lane }.values.reduce(0, +),
                        pausedAt: pauses[QueuePlace(kind: kind.rawValue, lane: lane.rawValue)]
                    )
                )
            }
        }
        return entries
    }

    /// The tenants of one kind in one lane.
    func tenants(_ parameters: QueueParameters) async throws -> QueueTenantsResult {
        let kind = try QueueChoice.kind(parameters.kind ?? "")
        let lane = try QueueChoice.route(parameters.route ?? "")
        let limit = parameters.limit ?? 50
        guard (1...Self.longestList).contains(limit) else {
            throw JSONRPCError.invalidParameters("limit: 1 to \(Self.longestList), not \(limit)")
        }
        let (tenants, total) = try await keepingRedisErrors { () throws(RedisError) in
            try await queue.tenants(lane: lane.rawValue, kind: kind.rawValue, limit: limit)
        }
        return QueueTenantsResult(
            lane: lane.rawValue,
            kind: kind.rawValue,
            total: total,
            tenants: tenants.map(QueueTenantsResult.Tenant.init)
        )
    }

    // MARK: Pausing

    /// Writes the pause down, or its end, and brings it to Redis.
    ///
    /// With Redis away nobody claims, and the reconciler brings it there later.
    func setPaused(_ isPaused: Bool, _ parameters: QueueParameters) async throws -> QueuePauseResult {
        let kinds = try parameters.kind.map { [try QueueChoice.pausable($0)] } ?? JobKind.allCases.filter(\.isPausable)
        let lanes = try parameters.route.map { [try QueueChoice.route($0)] } ?? RegionalRoute.allCases
        let places = Set(
            kinds.flatMap { kind in lanes.map { QueuePlace(kind: kind.rawValue, lane: $0.rawValue) } }
        )
        let changed = try await keepingDependencyErrors {
            try await isPaused ? storage.pauseQueue(places) : storage.resumeQueue(places)
        }
        logger.notice(
            isPaused ? "an operator pauses jobs" : "an operator resumes jobs",
            metadata: [
                "kinds": "\(kinds.map(\.rawValue).joined(separator: " "))",
                "lanes": "\(lanes.map(\.rawValue).joined(separator: " "))",
            ]
        )
        var isInForce = true
        do {
            try await PauseMirror(storage: storage, queue: queue).mirror()
        } catch {
            isInForce = false
            logger.warning("the pauses come to Redis later", metadata: ["error": "\(error)"])
        }
        return QueuePauseResult(
            kinds: kinds.map(\.rawValue),
            routes: lanes.map(\.rawValue),
            changed: changed,
            inForce: isInForce
        )
    }
}

/// Turns a Redis that is away into the error that says so.
func keepingRedisErrors<Result: Sendable>(
    _ body: () async throws(RedisError) -> Result
) async throws(JSONRPCError) -> Result {
    do {
        return try await body()
    } catch {
        throw JSONRPCError.dependencyDown("redis", "Redis does not answer: \(error.message)")
    }
}
