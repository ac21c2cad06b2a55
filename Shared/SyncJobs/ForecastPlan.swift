public import RiotClient
import RiotModels
public import Storage

/// Works out what each active task waits for and when it will be complete, from the live limits and all open work.
///
/// Tasks of a route share its limits evenly, as the queue serves them: until one of them is complete, each of the others
/// has had as many requests, or all that it needed.
public struct ForecastPlan: Sendable {
    /// From a request to its answer, in milliseconds; each window begins so much later than it could.
    private static let latency = 100.0
    /// Shorter waits are not worth a word, in milliseconds.
    private static let shortestWait: Int64 = 1_000
    /// How much a new measurement of the pace counts.
    private static let weight = 0.3

    private struct Reading {
        var at: Int64
        var open: [RegionalRoute: Int]
        var waiting: Set<RegionalRoute>
    }

    /// Requests per second that the system made of a route's work while no limit held it up.
    private var pace: [RegionalRoute: Double] = [:]
    private var last: Reading?

    /// A plan that has measured nothing yet.
    public init() {}

    /// A forecast for each active task.
    ///
    /// - Parameters:
    ///   - work: All open work.
    ///   - limits: The live limits; nil when Redis is away and nothing can be sent.
    ///   - pauses: What operators have paused.
    ///   - now: Epoch milliseconds.
    public mutating func forecasts(
        of work: [OpenWork],
        limits: LimitsSnapshot?,
        pauses: Set<QueuePlace> = [],
        at now: Int64
    ) -> [TaskForecast] {
        measure(work, limits, at: now)
        let tasks = Dictionary(grouping: work, by: \.task)
        return tasks.keys.sorted { $0.text < $1.text }.map { task in
            var forecast = TaskForecast(task: task)
            guard let rows = tasks[task] else { return forecast }
            guard let limits else {
                forecast.waitingFor = WaitReason.limiterUnavailable.waitingFor
                forecast.waitingDetail = WaitReason.limiterUnavailable.description
                return forecast
            }
            let places = rows.flatMap(\.places)
            let paused = pauses.intersection(places)
            if !places.isEmpty, paused.count == Set(places).count {
                forecast.waitingFor = WaitReason.limiterUnavailable.waitingFor
                forecast.waitingDetail = Self.sentence(about: paused)
            } else if let wait = Self.wait(of: rows, limits, pauses, now) {
                let isLong = wait.duration >= .milliseconds(Self.shortestWait)
                if isLong || !limits.key.isAccepted {
                    forecast.waitingFor = wait.reason.waitingFor
                    forecast.waitingUntil = isLong ? wait.until : nil
                    forecast.waitingDetail = isLong ? wait.description : wait.reason.description
                }
            }
            if rows[0].state == .progress, limits.key.isAccepted, paused.isEmpty {
                let left = rows.compactMap { row in row.route.map { milliseconds(row, on: $0, work, limits) } }.max()
                forecast.completeAt = left.map { now + Int64($0.rounded(.up)) }
            }
            return forecast
        }
    }

    // MARK: waiting

    private static func sentence(about paused: Set<QueuePlace>) -> String {
        let lanes = Dictionary(grouping: paused, by: \.lane).sorted { $0.key < $1.key }
        let places = lanes.map { lane, places in
            "\(places.map(\.kind).sorted().joined(separator: " and ")) jobs at \(lane)"
        }
        return "An operator has paused \(places.joined(separator: ", ")); work goes on when they are resumed."
    }

    /// What a task waits for: the shortest of its waits, because any open item that may go is work.
    ///
    /// What is paused does not go, so its limits do not matter.
    private static func wait(
        of rows: [OpenWork],
        _ limits: LimitsSnapshot,
        _ pauses: Set<QueuePlace>,
        _ now: Int64
    ) -> PermitWait? {
        var waits: [PermitWait?] = []
        for row in rows {
            switch row.step {
            case .fetchingSummoner:
                waits.append(limits.wait(route: row.platform.accountRoute.rawValue, method: .accountByRiotID, now: now))
            case .fetchingMatches:
                waits.append(limits.wait(route: row.platform.matchRoute.rawValue, method: .matchIDs, now: now))
            default:
                guard let route = row.route?.rawValue else { continue }
                func isOpen(_ kind: JobKind) -> Bool {
                    !pauses.contains(QueuePlace(kind: kind.rawValue, lane: route))
                }
                if row.matches > 0, isOpen(.match) { waits.append(limits.wait(route: route, method: .match, now: now)) }
                if row.timelines > 0, isOpen(.timeline) {
                    waits.append(limits.wait(route: route, method: .timeline, now: now))
                }
            }
        }
        guard !waits.isEmpty, !waits.contains(nil) else { return nil }
        return waits.compactMap { $0 }.min { $0.until < $1.until }
    }

    // MARK: the end

    /// Milliseconds until a task's work on a route is done, when all tasks there are served evenly.
    private func milliseconds(
        _ own: OpenWork,
        on route: RegionalRoute,
        _ work: [OpenWork],
        _ limits: LimitsSnapshot
    ) -> Double {
        let rivals = work.filter { $0.route == route && $0.state == .progress }
        let before = rivals.map { min($0.requests, own.requests) }.reduce(0, +)
        let share = Double(before) / Double(max(1, rivals.map(\.requests).reduce(0, +)))
        let matches = Int((Double(rivals.map(\.matches).reduce(0, +)) * share).rounded(.up))
        let timelines = max(0, before - matches)
        func time(_ buckets: [LimitsSnapshot.Bucket?], _ count: Int, _ pace: Double?) -> Double {
            LimitForecast(buckets).milliseconds(for: count, perSecond: pace, latency: Self.latency)
        }
        return max(
            time([limits.application(route.rawValue)], before, pace[route]),
            time([limits.method(.match, route.rawValue)], matches, nil),
            time([limits.method(.timeline, route.rawValue)], timelines, nil)
        )
    }

    /// Takes the pace from routes that no limit held up since the last look.
    private mutating func measure(_ work: [OpenWork], _ limits: LimitsSnapshot?, at now: Int64) {
        var reading = Reading(at: now, open: [:], waiting: [])
        for row in work {
            guard let route = row.route else { continue }
            reading.open[route, default: 0] += row.requests
        }
        for route in RegionalRoute.allCases {
            let waits = [RiotMethod.match, .timeline].contains { method in
                limits?.wait(route: route.rawValue, method: method, now: now) != nil
            }
            if limits == nil || waits { reading.waiting.insert(route) }
        }
        defer { last = reading }
        guard let last, now > last.at else { return }
        for (route, open) in reading.open where !reading.waiting.union(last.waiting).contains(route) {
            guard let before = last.open[route], before > open else { continue }
            let perSecond = Double(before - open) * 1000 / Double(now - last.at)
            pace[route] = pace[route].map { $0 + (perSecond - $0) * Self.weight } ?? perSecond
        }
    }
}

extension OpenWork {
    /// Requests that are left: a match's timeline follows it.
    var requests: Int { 2 * matches + timelines }

    /// The lists that hold what can be done next.
    fileprivate var places: [QueuePlace] {
        switch step {
        case .fetchingSummoner, .fetchingMatches:
            return [QueuePlace(kind: JobKind.player.rawValue, lane: platform.matchRoute.rawValue)]
        default:
            guard let lane = route?.rawValue else { return [] }
            let kinds: [JobKind] = (matches > 0 ? [.match] : []) + (timelines > 0 ? [.timeline] : [])
            return kinds.map { QueuePlace(kind: $0.rawValue, lane: lane) }
        }
    }
}
