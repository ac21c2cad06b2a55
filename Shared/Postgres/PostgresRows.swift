import CPostgres

/// The rows of one result, copied out of libpq: nothing of it refers to the connection any more.
public struct PostgresRows: RandomAccessCollection, Sendable {
    let storage: RowStorage
    /// Rows inserted, updated, deleted or selected, as the server counts them.
    public let affectedRows: Int

    static let empty = PostgresRows(storage: RowStorage(columns: RowColumns(names: [], types: [])), affectedRows: 0)

    init(storage: RowStorage, affectedRows: Int) {
        self.storage = storage
        self.affectedRows = affectedRows
    }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The number of rows.
    public var endIndex: Int { storage.rowCount }
    /// The row at a position.
    public subscript(position: Int) -> PostgresRow {
        precondition(position >= 0 && position < storage.rowCount, "row \(position) of \(storage.rowCount)")
        return PostgresRow(storage: storage, row: position)
    }

    /// The names of the columns, in their order.
    public var columns: [String] { storage.columns.names }
}

/// Names and types of the columns of a result.
final class RowColumns: Sendable {
    let names: [String]
    let types: [Oid]
    private let positions: [String: Int]

    init(names: [String], types: [Oid]) {
        self.names = names
        self.types = types
        // Comparing a few short names is cheaper than hashing one.
        self.positions =
            names.count <= 8
            ? [:] : Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    }

    func position(of name: String) -> Int? {
        positions.isEmpty ? names.firstIndex(of: name) : positions[name]
    }
}

/// All values of a result in one block, `bytea` decoded, everything else in the server's text form.
final class RowStorage: Sendable {
    private struct Cell {
        var start: Int32
        var length: Int32  // -1 is NULL
    }

    let columns: RowColumns
    let rowCount: Int
    private let bytes: [UInt8]
    private let cells: [Cell]

    init(columns: RowColumns) {
        self.columns = columns
        self.rowCount = 0
        self.bytes = []
        self.cells = []
    }

    /// Copies a result of status `PGRES_TUPLES_OK`.
    ///
    /// - Throws: `.unexpectedResult` when it is too large to be held.
    init(_ result: borrowing ResultHandle) throws(PostgresError) {
        let raw = result.raw
        let width = PQnfields(raw)
        let height = PQntuples(raw)
        columns = RowColumns(
            names: (0..<width).map { String(cString: PQfname(raw, $0)) },
            types: (0..<width).map { PQftype(raw, $0) }
        )
        rowCount = Int(height)
        var total = 0
        for row in 0..<height {
            for column in 0..<width { total += Int(PQgetlength(raw, row, column)) }
        }
        guard total <= PostgresLimits.resultBytes else {
            throw PostgresError(
                .unexpectedResult,
                "a result of \(total / 1_048_576) MiB is more than is held at once; read it in pages"
            )
        }
        let columns = columns
        var cells: [Cell] = []
        cells.reserveCapacity(Int(height) * Int(width))
        bytes = [UInt8](unsafeUninitializedCapacity: total) { buffer, used in
            for row in 0..<height {
                for column in 0..<width {
                    if PQgetisnull(raw, row, column) != 0 {
                        cells.append(Cell(start: 0, length: -1))
                        continue
                    }
                    let text = UnsafeRawBufferPointer(
                        start: PQgetvalue(raw, row, column),
                        count: Int(PQgetlength(raw, row, column))
                    )
                    let target = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[used...])
                    let length =
                        columns.types[Int(column)] == TypeOID.bytea
                        ? ByteaText.decode(text, into: target) : Self.copy(text, to: target)
                    cells.append(Cell(start: Int32(used), length: Int32(length)))
                    used += length
                }
            }
        }
        self.cells = cells
    }

    private static func copy(_ text: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int {
        target.copyMemory(from: text)
        return text.count
    }

    /// The bytes of a value, nil for NULL.
    func value(row: Int, column: Int) -> ArraySlice<UInt8>? {
        let cell = cells[row * columns.names.count + column]
        guard cell.length >= 0 else { return nil }
        return bytes[Int(cell.start)..<Int(cell.start + cell.length)]
    }
}

/// Numbers of built-in types (`pg_type.dat` of PostgreSQL; they never change).
enum TypeOID {
    static let bool: Oid = 16
    static let bytea: Oid = 17
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let float4: Oid = 700
    static let float8: Oid = 701
}

/// The text form of `bytea` with `bytea_output=hex`: `\x0a1b…`.
enum ByteaText {
    /// Writes the decoded bytes and returns their number; the session's settings guarantee well-formed input.
    static func decode(_ text: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        guard text.count >= 2, text.count.isMultiple(of: 2) else { return 0 }
        let count = text.count / 2 - 1
        guard count > 0, let source = text.baseAddress, let sink = target.baseAddress else { return 0 }
        let digits = (source + 2).assumingMemoryBound(to: UInt8.self)
        let bytes = sink.assumingMemoryBound(to: UInt8.self)
        // No table and no branch, so that the compiler makes vector instructions of it.
        for index in 0..<count {
            bytes[index] = value(of: digits[2 &* index]) << 4 | value(of: digits[2 &* index &+ 1])
        }
        return count
    }

    /// `0`–`9` are 0x30–0x39, `a`–`f` are 0x61–0x66 and `A`–`F` 0x41–0x46: the low four bits, and nine more for letters.
    @inline(__always)
    private static func value(of digit: UInt8) -> UInt8 { (digit & 15) &+ 9 &* (digit >> 6) }
}
