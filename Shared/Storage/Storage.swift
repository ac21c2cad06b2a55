public import Logging
public import Postgres
import Synchronization

/// Everything that is kept in PostgreSQL: players, matches, timelines, the bodies they came from, tasks and their ledger.
///
/// A value that is cheap to copy; all copies share the pool. Each method is one statement or one transaction, so that a
/// caller that dies at any instant leaves nothing half done.
public struct Storage: Sendable {
    /// The connections that all methods use.
    public let pool: PostgresPool
    /// Under which application's key puuids are known (`RIOT_KEY_SCOPE`).
    public let keyScope: String
    let logger: Logger
    let novelties: NoveltyLog
    let batches: BodyBatches
    let needs: FetchNeeds

    /// Uses `pool`; nothing is sent yet.
    public init(pool: PostgresPool, keyScope: String, logger: Logger) {
        self.pool = pool
        self.keyScope = keyScope
        self.logger = logger
        self.novelties = NoveltyLog(logger: logger)
        self.batches = BodyBatches(pool: pool, keyScope: keyScope, logger: logger)
        self.needs = FetchNeeds(pool: pool, keyScope: keyScope)
    }
}

/// The limits of this module.
public enum StorageLimits {
    /// Bytes of a body after inflation; real ones have at most about a megabyte.
    public static let bodyBytes = 16 * 1024 * 1024
    /// Containers inside each other in a body; real ones have 7.
    public static let bodyDepth = 64
    /// Participants of a match or a timeline; real games have at most 18.
    public static let participants = 64
    /// Frames of a timeline; a game of an hour has 61.
    public static let frames = 2_000
    /// Events of a timeline, because ordinals, and the one after the last, have 16 bits; real games have at most about
    /// 2,000.
    public static let events = 32_766
    /// Bytes of a puuid, which has 78, because an index holds it.
    public static let puuidBytes = 128
    /// Bytes of an event's type, because an index holds it.
    public static let eventTypeBytes = 64
    /// Transactions begun again after a deadlock or a serialization failure, before the error comes out.
    public static let transactionAttempts = 5
    /// Bodies whose rows are made again in one transaction.
    public static let deriveBatch = 64
    /// Attempts at such a batch while the server is away, before the error comes out.
    public static let deriveAttempts = 7
    /// Unknown fields that are reported by name; later ones are still stored.
    public static let reportedNovelties = 500
}

/// Reports names that Riot's bodies hold and the decoders do not know, each once per process.
final class NoveltyLog: Sendable {
    private let reported = Mutex<Set<String>>([])
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    /// Reports those of `names` that are new; they are stored in `extra` in any case.
    func report(_ names: Set<String>, in body: String) {
        if names.isEmpty { return }
        let fresh = reported.withLock { reported in
            let room = StorageLimits.reportedNovelties - reported.count
            let fresh = names.subtracting(reported).sorted().prefix(max(room, 0))
            reported.formUnion(fresh)
            return Array(fresh)
        }
        for name in fresh {
            logger.notice("a body holds a field that has no column", metadata: ["field": "\(name)", "body": "\(body)"])
        }
    }
}
