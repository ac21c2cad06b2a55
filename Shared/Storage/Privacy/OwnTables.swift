import Postgres

/// The tables whose rows are about one player alone.
///
/// They are those that refer to `summoner`, asked of the catalogue so that a new one is not forgotten. Tasks are not among
/// them: they have a ledger and are looked after by themselves.
enum OwnTables {
    struct Table: Sendable {
        /// Quoted where that is needed.
        let name: String
        let column: String
    }

    static func all(_ connection: PostgresConnection) async throws -> [Table] {
        try await connection.query(
            """
            SELECT format('%I', r.relname) AS name, format('%I', a.attname) AS column_name
            FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.confrelid = 'summoner'::regclass AND r.relname <> 'sync_task'
            ORDER BY r.relname
            """
        ).map { Table(name: try $0.string("name"), column: try $0.string("column_name")) }
    }

    static func count(_ connection: PostgresConnection, of id: Int) async throws -> Int {
        var sum = 0
        for table in try await all(connection) {
            let rows = try await connection.query(
                SQL(trusted: "SELECT count(*) AS n FROM \(table.name) WHERE \(table.column) = $1"),
                [.int(Int64(id))],
                timeout: Eraser.timeout
            )
            sum += try rows.first?.int("n") ?? 0
        }
        return sum
    }

    static func remove(_ connection: PostgresConnection, of id: Int) async throws -> Int {
        var sum = 0
        for table in try await all(connection) {
            sum += try await connection.query(
                SQL(trusted: "DELETE FROM \(table.name) WHERE \(table.column) = $1"),
                [.int(Int64(id))],
                timeout: Eraser.timeout
            ).affectedRows
        }
        return sum
    }
}
