import Postgres

/// One statement that returns rows of several kinds.
///
/// A match is a row of its own, a few of teams and ten of participants: as one statement they are one round trip and
/// one snapshot. The parts are put one after the other; each fills its own columns and leaves those of the others NULL.
struct PartedQuery: Sendable {
    /// A column of a part and its type, which the other parts need for their NULL.
    struct Output: Sendable {
        let name: String
        let type: String
        let expression: String

        /// A column that is called as it is in its table.
        init(_ name: String, _ type: String, from table: String) {
            self.name = name
            self.type = type
            self.expression = "\(table).\(name)"
        }

        /// A column that is worked out.
        init(_ name: String, _ type: String, as expression: String) {
            self.name = name
            self.type = type
            self.expression = expression
        }
    }

    /// Rows of one kind.
    struct Part: Sendable {
        let outputs: [Output]
        /// What follows the columns: FROM and WHERE.
        let source: String
        /// What the rows of the part are ordered by, an integer.
        let place: String
    }

    /// The name of the column that tells the part, from 0.
    static let part = "part"

    let sql: SQL

    /// - Parameter prefix: what stands before the statement: a WITH that all parts use.
    init(prefix: String, _ parts: [Part]) {
        let statements = parts.indices.map { index in
            let columns = parts.enumerated().flatMap { other, part in
                part.outputs.map { output in
                    other == index
                        ? "\(output.expression) AS p\(other)_\(output.name)"
                        : "NULL::\(output.type) AS p\(other)_\(output.name)"
                }
            }
            let part = parts[index]
            return "SELECT \(index) AS \(Self.part), \(part.place) AS place, \(columns.joined(separator: ", ")) "
                + part.source
        }
        sql = SQL(trusted: "\(prefix) \(statements.joined(separator: " UNION ALL ")) ORDER BY \(Self.part), place")
    }

    /// The name of a part's column in the result.
    static func column(_ name: String, of part: Int) -> String { "p\(part)_\(name)" }
}

/// A row of one part of a `PartedQuery`; columns are named as in the part.
struct PartRow {
    let row: PostgresRow
    let part: Int

    /// The rows of one part, in their order.
    static func rows(of part: Int, in rows: PostgresRows) throws(PostgresError) -> [PartRow] {
        var found: [PartRow] = []
        for row in rows where try row.int(PartedQuery.part) == part { found.append(PartRow(row: row, part: part)) }
        return found
    }

    /// By the name in the result, for columns that are read thousands of times.
    func integers(key: String) throws(PostgresError) -> [Int64?]? { try row.integers(key) }
    func texts(key: String) throws(PostgresError) -> [String?]? { try row.texts(key) }

    func int(_ name: String) throws(PostgresError) -> Int? { try row.optionalInt(column(name)) }
    func int64(_ name: String) throws(PostgresError) -> Int64? { try row.optionalInt64(column(name)) }
    func ints(_ names: [String]) throws(PostgresError) -> [Int?] { try row.optionalInts(names.map(column)) }
    func bool(_ name: String) throws(PostgresError) -> Bool? { try row.optionalBool(column(name)) }
    func text(_ name: String) throws(PostgresError) -> String? { try row.optionalString(column(name)) }
    func time(_ name: String) throws(PostgresError) -> Int64? { try row.optionalTimestampMilliseconds(column(name)) }
    func integers(_ name: String) throws(PostgresError) -> [Int64?]? { try row.integers(column(name)) }
    func flags(_ name: String) throws(PostgresError) -> [Bool]? {
        try row.optionalArray(column(name))?.map { $0 == "t" }
    }
    func texts(_ name: String) throws(PostgresError) -> [String?]? { try row.texts(column(name)) }

    private func column(_ name: String) -> String { PartedQuery.column(name, of: part) }
}
