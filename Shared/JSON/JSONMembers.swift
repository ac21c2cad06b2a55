/// The name of a member of a `JSONDocument`.
///
/// `@unchecked Sendable`: the cursor points into memory that `storage` keeps alive and nobody writes.
public struct JSONKey: @unchecked Sendable {
    let storage: JSONStorage
    let cursor: JSONCursor

    /// Its number in the document's `JSONKeys`, if it is there.
    public var id: Int? { cursor.keyNumber == JSONKeys.noNumber ? nil : cursor.keyNumber }

    /// The name itself.
    public var name: String {
        if let id { return storage.keys.name(id) }
        return withExtendedLifetime(storage) { cursor.keyName }
    }
}

/// The members of an object, in the order of the text.
///
/// `@unchecked Sendable`: as `JSONKey`.
public struct JSONMembers: Sequence, IteratorProtocol, @unchecked Sendable {
    let storage: JSONStorage
    var cursors: JSONCursors

    /// How many members there are, without walking them.
    public var underestimatedCount: Int { cursors.underestimatedCount }

    /// The next member.
    public mutating func next() -> (key: JSONKey, value: JSONValue)? {
        guard let cursor = withExtendedLifetime(storage, { cursors.next() }) else { return nil }
        return (JSONKey(storage: storage, cursor: cursor), JSONValue(storage: storage, cursor: cursor))
    }
}

/// The elements of an array, in the order of the text.
///
/// `@unchecked Sendable`: as `JSONKey`.
public struct JSONElements: Sequence, IteratorProtocol, @unchecked Sendable {
    let storage: JSONStorage
    var cursors: JSONCursors

    /// How many elements there are, without walking them.
    public var underestimatedCount: Int { cursors.underestimatedCount }

    /// The next element.
    public mutating func next() -> JSONValue? {
        guard let cursor = withExtendedLifetime(storage, { cursors.next() }) else { return nil }
        return JSONValue(storage: storage, cursor: cursor)
    }
}
