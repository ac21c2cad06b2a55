import JSON

/// Values of all participants under each name: one JSON object of lists instead of one object per participant.
///
/// The names, which are most of the text, stand there once.
struct DetailTable: Sendable {
    private var names: [String] = []
    private var values: [[JSONValue?]] = []
    private var placeOfKey = [Int16](repeating: -1, count: BodyKeys.table.count)
    private var placeOfName: [String: Int] = [:]

    var isEmpty: Bool { names.isEmpty }

    /// Adds a participant's value; false when he has one of that name already.
    mutating func add(_ key: JSONKey, _ value: JSONValue, participant: Int) -> Bool {
        let place = self.place(of: key)
        let missing = participant - values[place].count
        guard missing >= 0 else { return false }
        for _ in 0..<missing { values[place].append(nil) }
        values[place].append(value)
        return true
    }

    /// The object, every list with `participants` elements; nil when there are no names.
    func json(participants: Int) -> String? {
        if isEmpty { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(names.count * (32 + 8 * participants))
        for (name, values) in zip(names, values) {
            text.append(UInt8(ascii: text.isEmpty ? "{" : ","))
            JSONText.append(key: name, to: &text)
            for participant in 0..<participants {
                text.append(UInt8(ascii: participant == 0 ? "[" : ","))
                if participant < values.count, let value = values[participant] {
                    JSONText.append(value, to: &text)
                } else {
                    text += "null".utf8
                }
            }
            text.append(UInt8(ascii: "]"))
        }
        text.append(UInt8(ascii: "}"))
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func place(of key: JSONKey) -> Int {
        if let id = key.id {
            if placeOfKey[id] >= 0 { return Int(placeOfKey[id]) }
            placeOfKey[id] = Int16(names.count)
        } else {
            if let place = placeOfName[key.name] { return place }
            placeOfName[key.name] = names.count
        }
        names.append(key.name)
        values.append([])
        return names.count - 1
    }
}
