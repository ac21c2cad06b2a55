/// Which statements one connection has prepared, and under which names.
///
/// Names are counted and never used twice, so that a statement the server still holds is never mistaken for another.
struct StatementCache {
    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [SQL: Entry] = [:]
    private var uses: UInt64 = 0
    private var lastNumber: UInt64 = 0

    init(capacity: Int = PostgresLimits.preparedStatements) { self.capacity = capacity }

    var count: Int { entries.count }

    /// The name of a statement that is prepared; counts as a use.
    mutating func name(of sql: SQL) -> String? {
        guard let index = entries.index(forKey: sql) else { return nil }
        uses += 1
        entries.values[index].lastUse = uses
        return entries.values[index].name
    }

    /// A name for a statement that is about to be prepared.
    mutating func freshName() -> String {
        lastNumber += 1
        return "riftsync_\(lastNumber)"
    }

    /// The statement that must go before another one is prepared: the one not used for the longest time.
    func leastRecentlyUsed() -> (sql: SQL, name: String)? {
        guard entries.count >= capacity else { return nil }
        return entries.min { $0.value.lastUse < $1.value.lastUse }.map { ($0.key, $0.value.name) }
    }

    /// Notes that the server has prepared `sql`.
    mutating func insert(_ sql: SQL, name: String) {
        uses += 1
        entries[sql] = Entry(name: name, lastUse: uses)
    }

    /// Forgets a statement.
    mutating func remove(_ sql: SQL) { entries[sql] = nil }
}
