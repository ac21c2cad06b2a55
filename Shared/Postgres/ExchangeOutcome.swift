import CPostgres

/// What the server answered to one message, put together from its results.
struct ExchangeOutcome: Sendable {
    /// A COPY that the server has begun; it stays in that state until the client ends it.
    enum Copy: Sendable { case none, incoming, outgoing }

    private(set) var rows: PostgresRows?
    private(set) var affectedRows = 0
    private(set) var commandTag = ""
    private(set) var copy = Copy.none
    private(set) var hasStaleStatement = false
    /// The first error.
    private(set) var error: PostgresError?

    /// Takes in one result.
    mutating func absorb(_ result: borrowing ResultHandle) {
        let raw = result.raw
        switch PQresultStatus(raw) {
        case PGRES_COMMAND_OK:
            noteCommand(raw)
        case PGRES_TUPLES_OK:
            noteCommand(raw)
            do throws(PostgresError) {
                rows = PostgresRows(storage: try RowStorage(result), affectedRows: affectedRows)
            } catch {
                fail(error)
            }
        case PGRES_EMPTY_QUERY: break
        case PGRES_COPY_IN: copy = .incoming
        case PGRES_COPY_OUT, PGRES_COPY_BOTH: copy = .outgoing
        default:
            let serverError = ServerText.error(in: result)
            if Self.isStaleStatement(raw, serverError) { hasStaleStatement = true }
            fail(serverError)
        }
    }

    /// Keeps the first error: later ones follow from it.
    mutating func fail(_ error: PostgresError) {
        if self.error == nil { self.error = error }
    }

    /// Puts a better explanation in the place of the server's error.
    mutating func replaceError(_ error: PostgresError) { self.error = error }

    /// Notes that the client has ended the COPY.
    mutating func endCopy() { copy = .none }

    private mutating func noteCommand(_ raw: OpaquePointer) {
        commandTag = String(cString: PQcmdStatus(raw))
        affectedRows = Int(String(cString: PQcmdTuples(raw))) ?? 0
    }

    /// Whether the prepared statement is gone (`DISCARD ALL`), or a migration has changed what it returns.
    ///
    /// The second has no code of its own; the function that reports it is named in no language.
    private static func isStaleStatement(_ raw: OpaquePointer, _ error: PostgresError) -> Bool {
        if error.sqlState == SQLState.invalidStatementName { return true }
        guard error.sqlState == "0A000", let function = PQresultErrorField(raw, Int32(UInt8(ascii: "R"))) else {
            return false
        }
        return String(cString: function) == "RevalidateCachedQuery"
    }
}
