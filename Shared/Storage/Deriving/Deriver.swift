import Logging
import Postgres

/// Makes the rows of all matches and timelines again from the bodies as they were received, beside a running system.
///
/// A batch of bodies is one transaction, and the parser's version on the rows is the mark of how far it is: it can end
/// or be killed at any instant and be begun again, and several can run at a time. Nothing is asked of Riot; bodies,
/// times of receipt and the ledger stay as they are. A body that is damaged, or that the parser refuses, keeps its rows,
/// is listed in `rejected_body`, and is not tried again by the same parser.
public struct Deriver: Sendable {
    /// How much, and how fast.
    public struct Options: Sendable {
        /// Bodies of one transaction, 1 to `StorageLimits.deriveBatch`.
        public var batch = 16
        /// Bodies after which to stop; nil for all.
        public var limit: Int?
        /// Bodies a second at most; nil as fast as it goes.
        public var rate: Double?
        /// Those too whose rows the present parser made: once through all bodies, from the beginning.
        public var includesCurrent = false

        /// The defaults.
        public init() {}
    }

    /// What was done.
    public struct Counts: Sendable, Equatable {
        /// Bodies whose rows were made again.
        public var derived = 0
        /// Bodies that the parser refuses.
        public var refused = 0
        /// Bodies that are not what was received.
        public var damaged = 0
        /// All bodies that were looked at.
        public var handled: Int { derived + refused + damaged }

        /// Nothing.
        public init() {}
    }

    private let storage: Storage
    private let options: Options
    private let version: Int16
    /// Pause before a batch is tried again that a server did not take; each further one is twice as long.
    var firstPause: Duration = .milliseconds(500)

    /// A deriver of `storage`.
    ///
    /// - Parameter version: what the rows say of the parser that made them, and what is older than it is made again.
    public init(storage: Storage, options: Options = Options(), version: Int16 = Storage.parserVersion) {
        self.storage = storage
        self.options = options
        self.version = version
    }

    /// Works until nothing is left, or the limit is reached; what others have locked is left to them.
    ///
    /// - Parameter report: called after every batch.
    /// - Throws: `PostgresError` after several attempts in a row; `CancellationError`. Whole batches are done then.
    public func run(_ report: (Counts) async -> Void = { _ in }) async throws -> Counts {
        let started = ContinuousClock.now
        var counts = Counts()
        for kind in FetchKind.allCases {
            var last: Int32 = 0
            var isFirstOfWalk = true
            while let limit = room(counts) {
                let outcome = try await patiently { try await batch(kind, after: last, limit: limit) }
                storage.novelties.report(outcome.novelties, in: kind.rawValue)
                guard let next = outcome.last else {
                    // What was locked during the walk may be free by now.
                    if isFirstOfWalk || options.includesCurrent { break }
                    (last, isFirstOfWalk) = (0, true)
                    continue
                }
                (last, isFirstOfWalk) = (next, false)
                counts.derived += outcome.derived
                counts.damaged += outcome.refusals.count(where: \.isDamaged)
                counts.refused += outcome.refusals.count { !$0.isDamaged }
                await report(counts)
                let pause = Self.pause(after: counts.handled, in: ContinuousClock.now - started, rate: options.rate)
                if pause > .zero { try await Task.sleep(for: pause) }
            }
        }
        return counts
    }

    /// How long to wait so that no more than `rate` bodies a second are done.
    static func pause(after handled: Int, in elapsed: Duration, rate: Double?) -> Duration {
        guard let rate, rate > 0 else { return .zero }
        return max(.zero, .seconds(Double(handled) / rate) - elapsed)
    }

    /// How many bodies the next batch may have; nil when there shall be none.
    private func room(_ counts: Counts) -> Int? {
        let left = options.limit.map { $0 - counts.handled } ?? .max
        return left > 0 ? min(left, max(1, options.batch), StorageLimits.deriveBatch) : nil
    }

    private func batch(_ kind: FetchKind, after last: Int32, limit: Int) async throws -> DeriveBatch.Outcome {
        try await storage.withRetriedTransaction { connection in
            let bodies =
                options.includesCurrent
                ? try await KeptBody.any(kind, after: last, limit: limit, on: connection)
                : try await KeptBody.outdated(kind, version: version, after: last, limit: limit, on: connection)
            let batch = DeriveBatch(kind: kind, version: version, keyScope: storage.keyScope)
            return try await batch.write(bodies, on: connection)
        }
    }

    /// Bears a server that is away for a while.
    private func patiently<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        var pause = firstPause
        var attempt = 1
        while true {
            try Task.checkCancellation()
            do {
                return try await body()
            } catch let error as PostgresError {
                if Task.isCancelled { throw CancellationError() }
                guard error.isRetryable, attempt < StorageLimits.deriveAttempts else { throw error }
                storage.logger.warning("deriving waits for PostgreSQL", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: pause)
            pause *= 2
            attempt += 1
        }
    }
}
