import CSimdjson

/// Names of members that a reader knows, numbered by their positions in a list.
///
/// While a text is parsed, its keys are looked up in the table once, so that readers compare small integers instead of
/// strings. Build one table per kind of body and keep it in a `static let`.
public final class JSONKeys: Sendable {
    /// Stands for the number of a name that is in no table.
    public static var noNumber: Int { Int(UInt16.max) }

    /// The table that knows no name.
    public static let none = JSONKeys([])

    private let names: [String]
    /// Never written after `init`; freed when nobody refers to the table.
    nonisolated(unsafe) let table: OpaquePointer?

    /// Numbers `names`: fewer than 65,535, different from each other, of 1 to 256 bytes each, without quotes
    /// and backslashes.
    public init(_ names: [String]) {
        precondition(names.count < Int(UInt16.max), "more names than a 16-bit number can tell apart")
        precondition(names.allSatisfy { (1...256).contains($0.utf8.count) }, "a name has 1 to 256 bytes")
        precondition(names.allSatisfy { !$0.contains { $0 == "\"" || $0 == "\\" } }, "a name needs no escapes")
        precondition(Set(names).count == names.count, "a name is given twice")
        self.names = names
        self.table =
            names.isEmpty
            ? nil
            : csimdjson_keys_create(
                names.flatMap { Array($0.utf8) },
                names.map { UInt32($0.utf8.count) },
                names.count
            )
        precondition(names.isEmpty || table != nil, "out of memory: no table of JSON keys")
    }

    deinit { csimdjson_keys_free(table) }

    /// How many names the table holds; ids are below it.
    public var count: Int { names.count }

    /// The number of `name`, if it is in the table.
    public func id(of name: String) -> Int? {
        guard let table else { return nil }
        var name = name
        let id = name.withUTF8 { csimdjson_keys_find(table, $0.baseAddress, $0.count) }
        return id == UInt16.max ? nil : Int(id)
    }

    /// The number of the name that a string on a tape spells, if it is in the table: for texts of a small set.
    public func number(spelledBy value: JSONCursor) -> Int? {
        guard let table, let text = value.utf8 else { return nil }
        let id = csimdjson_keys_find_padded(table, text.baseAddress, text.count)
        return id == UInt16.max ? nil : Int(id)
    }

    /// The name that has the number `id`.
    public func name(_ id: Int) -> String { names[id] }
}
