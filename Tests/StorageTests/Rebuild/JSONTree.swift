import JSON

/// A JSON value for comparing, with its numbers as they were written.
indirect enum JSONTree: Sendable {
    case object([String: JSONTree])
    case array([JSONTree])
    case text(String)
    case number(String)
    case bool(Bool)
    case null

    /// Reads a whole body or a row.
    ///
    /// Of members with one name the last one counts, as with every reader of JSON, and NUL characters are U+FFFD, because
    /// PostgreSQL holds none.
    init(parsing bytes: [UInt8]) throws {
        self.init(try JSONDocument(parsing: bytes, depthLimit: 512).root)
    }

    private init(_ value: JSONValue) {
        switch value.kind {
        case .object:
            var members: [String: JSONTree] = [:]
            for (key, member) in value.members { members[Self.storable(key.name)] = JSONTree(member) }
            self = .object(members)
        case .array: self = .array(value.elements.map { JSONTree($0) })
        case .string: self = .text(Self.storable(value.string ?? ""))
        case .integer, .number: self = .number(value.numberText ?? "")
        case .bool: self = .bool(value.bool ?? false)
        case .null: self = .null
        }
    }

    private static func storable(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
    }

    // MARK: Reading

    subscript(name: String) -> JSONTree? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    var elements: [JSONTree]? { if case .array(let elements) = self { elements } else { nil } }
    var string: String? { if case .text(let text) = self { text } else { nil } }
    var int: Int? { if case .number(let text) = self { Int(text) } else { nil } }
    var isNull: Bool { if case .null = self { true } else { false } }
    /// Nil for null, as an SQL column has it.
    var present: JSONTree? { isNull ? nil : self }

    /// How many scalars and empty containers it holds.
    var valueCount: Int {
        switch self {
        case .object(let members): max(1, members.values.reduce(0) { $0 + $1.valueCount })
        case .array(let elements): max(1, elements.reduce(0) { $0 + $1.valueCount })
        default: 1
        }
    }

    /// With the members of `other` put over its own, object by object.
    func merging(_ other: JSONTree?) -> JSONTree {
        guard let other else { return self }
        guard case .object(let mine) = self, case .object(let others) = other else { return other }
        return .object(mine.merging(others) { $0.merging($1) })
    }

    // MARK: Comparing

    /// One place where two values differ.
    struct Difference: Sendable, Hashable, CustomStringConvertible {
        let path: String
        /// Nil when only the other one has something there.
        let expected: String?
        let found: String?

        /// The path without numbers of elements and participants.
        var pattern: String {
            path.split(separator: "/").map { $0.allSatisfy(\.isNumber) ? "#" : String($0) }.joined(separator: ".")
        }

        var description: String { "\(path): \(expected ?? "nothing"), rebuilt \(found ?? "nothing")" }
    }

    /// Every place where `found` does not hold what this value holds, or holds more.
    func differences(from found: JSONTree?, at path: String = "") -> [Difference] {
        guard let found else { return [Difference(path: path, expected: summary, found: nil)] }
        switch (self, found) {
        case (.object(let mine), .object(let others)):
            return mine.keys.sorted().flatMap { name -> [Difference] in
                mine[name]?.differences(from: others[name], at: "\(path)/\(name)") ?? []
            }
                + others.keys.filter { mine[$0] == nil }.sorted().map {
                    Difference(path: "\(path)/\($0)", expected: nil, found: others[$0]?.summary)
                }
        case (.array(let mine), .array(let others)):
            return mine.enumerated().flatMap { place, element in
                element.differences(from: others.indices.contains(place) ? others[place] : nil, at: "\(path)/\(place)")
            }
                + others.enumerated().dropFirst(mine.count).map {
                    Difference(path: "\(path)/\($0.offset)", expected: nil, found: $0.element.summary)
                }
        default:
            return isSame(as: found) ? [] : [Difference(path: path, expected: summary, found: found.summary)]
        }
    }

    private func isSame(as other: JSONTree) -> Bool {
        switch (self, other) {
        case (.text(let one), .text(let two)): one.utf8.elementsEqual(two.utf8)
        case (.number(let one), .number(let two)): one == two || Decimal(one) == Decimal(two)
        // `jsonb` has limits: a number of extreme size or length stands there as a text of its digits.
        case (.number(let one), .text(let two)): one == two && Decimal(one).isExtreme
        case (.bool(let one), .bool(let two)): one == two
        case (.null, .null): true
        default: false
        }
    }

    private var summary: String {
        switch self {
        case .object(let members): members.isEmpty ? "{}" : "{…\(members.count)}"
        case .array(let elements): elements.isEmpty ? "[]" : "[…\(elements.count)]"
        case .text(let text): "\"\(text.prefix(40))\""
        case .number(let text): text
        case .bool(let value): "\(value)"
        case .null: "null"
        }
    }

    /// A number without any rounding: digits without zeros at either end, and the power of ten of the last one.
    private struct Decimal: Equatable {
        var isNegative = false
        var digits: [UInt8] = []
        var exponent = 0
        var isExtreme = false

        init(_ text: String) {
            let parts = text.lowercased().split(separator: "e", maxSplits: 1)
            exponent = parts.count == 2 ? Int(parts[1]) ?? .max / 2 : 0
            var isFraction = false
            for byte in parts[0].utf8 {
                switch byte {
                case UInt8(ascii: "-"): isNegative = true
                case UInt8(ascii: "."): isFraction = true
                default:
                    digits.append(byte)
                    if isFraction { exponent -= 1 }
                }
            }
            digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
            while digits.last == UInt8(ascii: "0") {
                digits.removeLast()
                exponent += 1
            }
            isExtreme = text.count > 64 || abs(exponent) > 235 || (digits.isEmpty && parts.count == 2)
            if digits.isEmpty { (isNegative, exponent) = (false, 0) }
        }

        static func == (one: Decimal, other: Decimal) -> Bool {
            one.isNegative == other.isNegative && one.exponent == other.exponent && one.digits == other.digits
        }
    }
}
