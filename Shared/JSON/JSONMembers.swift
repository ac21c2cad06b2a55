import CSimdjson

/// The name of a member.
public struct JSONKey: Sendable {
    let storage: JSONStorage
    let index: Int

    /// Its number in the document's `JSONKeys`, if it is there.
    public var id: Int? {
        let id = storage.entries[index].key
        return id == UInt16.max ? nil : Int(id)
    }

    /// The name itself.
    public var name: String {
        if let id { return storage.keys.name(id) }
        return withExtendedLifetime(storage) {
            String(decoding: storage.keyText(of: storage.entries[index]), as: UTF8.self)
        }
    }
}

/// The members of an object, in the order of the text.
public struct JSONMembers: Sequence, Sendable {
    let storage: JSONStorage
    let first: Int
    let count: Int

    /// How many members there are, without walking them.
    public var underestimatedCount: Int { count }

    /// Walks the members.
    public func makeIterator() -> Iterator { Iterator(storage: storage, position: first, left: count) }

    /// A walk over the members of one object.
    public struct Iterator: IteratorProtocol, Sendable {
        let storage: JSONStorage
        var position: Int
        var left: Int

        /// The next member.
        public mutating func next() -> (key: JSONKey, value: JSONValue)? {
            guard left > 0 else { return nil }
            left -= 1
            let index = position
            position = storage.entries[index].indexAfter(index)
            return (JSONKey(storage: storage, index: index), JSONValue(storage: storage, index: index))
        }
    }
}

/// The elements of an array, in the order of the text.
public struct JSONElements: Sequence, Sendable {
    let storage: JSONStorage
    let first: Int
    let count: Int

    /// How many elements there are, without walking them.
    public var underestimatedCount: Int { count }

    /// Walks the elements.
    public func makeIterator() -> Iterator { Iterator(storage: storage, position: first, left: count) }

    /// A walk over the elements of one array.
    public struct Iterator: IteratorProtocol, Sendable {
        let storage: JSONStorage
        var position: Int
        var left: Int

        /// The next element.
        public mutating func next() -> JSONValue? {
            guard left > 0 else { return nil }
            left -= 1
            let index = position
            position = storage.entries[index].indexAfter(index)
            return JSONValue(storage: storage, index: index)
        }
    }
}
