import JSON

/// Values of all participants under each name: one JSON object of lists instead of one object per participant.
///
/// The names, which are most of the text, stand there once.
struct DetailTable: Sendable {
    /// A part of `text`; no value is the empty one.
    private struct Piece: Sendable {
        var start: Int32 = 0
        var end: Int32 = 0
    }

    private let participants: Int
    /// Names and values as JSON, in the order in which they were added.
    private var text: [UInt8] = []
    private var names: [Piece] = []
    /// Name by name, a value per participant.
    private var values: [Piece] = []
    private var placeOfKey = [Int16](repeating: -1, count: BodyKeys.table.count)
    private var placeOfName: [String: Int] = [:]

    init(participants: Int) { self.participants = participants }

    var isEmpty: Bool { names.isEmpty }

    /// Adds a participant's value under its name; false when he has one of that name already.
    mutating func add(_ member: JSONCursor, participant: Int) -> Bool {
        precondition(participant < participants, "a participant beyond those announced")
        let place = place(of: member) * participants + participant
        guard values[place].end == 0 else { return false }
        values[place] = append { JSONText.append(member, to: &$0) }
        return true
    }

    /// The object, every list with `participants` elements; nil when there are no names.
    func json(participants: Int) -> String? {
        if isEmpty { return nil }
        var json: [UInt8] = []
        json.reserveCapacity(text.count + (names.count + 1) * (8 + 5 * participants))
        for (place, name) in names.enumerated() {
            json.append(UInt8(ascii: place == 0 ? "{" : ","))
            json += text[Int(name.start)..<Int(name.end)]
            for participant in 0..<participants {
                json.append(UInt8(ascii: participant == 0 ? "[" : ","))
                let value = participant < self.participants ? values[place * self.participants + participant] : Piece()
                if value.end > 0 {
                    json += text[Int(value.start)..<Int(value.end)]
                } else {
                    json += "null".utf8
                }
            }
            json.append(UInt8(ascii: "]"))
        }
        json.append(UInt8(ascii: "}"))
        return String(decoding: json, as: UTF8.self)
    }

    /// Appends to the text; it stays below 2 GiB, because a body is far smaller and escapes make it at most thrice as
    /// large.
    private mutating func append(_ write: (inout [UInt8]) -> Void) -> Piece {
        let start = text.count
        write(&text)
        return Piece(start: Int32(start), end: Int32(text.count))
    }

    private mutating func place(of member: JSONCursor) -> Int {
        let number = member.keyNumber
        if number != JSONKeys.noNumber {
            if placeOfKey[number] >= 0 { return Int(placeOfKey[number]) }
            placeOfKey[number] = Int16(names.count)
        } else {
            let name = member.keyName
            if let place = placeOfName[name] { return place }
            placeOfName[name] = names.count
        }
        names.append(append { JSONText.append(keyOf: member, to: &$0) })
        values += repeatElement(Piece(), count: participants)
        return names.count - 1
    }
}
