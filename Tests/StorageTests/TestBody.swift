import RiotModels

/// A JSON text that can be changed at any place, duplicates and nonsense included.
indirect enum TestBody: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    /// Text that is written as it is.
    case raw(String)
    case object([(name: String, value: TestBody)])
    case array([TestBody])

    init(integerLiteral value: Int) { self = .raw(String(value)) }
    init(booleanLiteral value: Bool) { self = .raw(value ? "true" : "false") }
    init(stringLiteral value: String) { self = .raw("\"\(value)\"") }

    static func members(_ members: KeyValuePairs<String, TestBody>) -> TestBody {
        .object(members.map { ($0.key, $0.value) })
    }

    var text: String {
        switch self {
        case .raw(let text): text
        case .object(let members): "{" + members.map { "\"\($0.name)\":\($0.value.text)" }.joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        }
    }

    var bytes: [UInt8] { Array(text.utf8) }

    /// The paths of everything inside, containers before what they hold.
    var paths: [[String]] {
        switch self {
        case .raw: []
        case .object(let members):
            members.flatMap { member in [[member.name]] + member.value.paths.map { [member.name] + $0 } }
        case .array(let elements):
            elements.enumerated().flatMap { place, element in
                [[String(place)]] + element.paths.map { [String(place)] + $0 }
            }
        }
    }

    /// What stands at a path such as `info.participants.0.kills`.
    subscript(path: String) -> TestBody? {
        get { self[path.split(separator: ".").map(String.init)[...]] }
        set { self[path.split(separator: ".").map(String.init)[...]] = newValue }
    }

    /// The same with the path in parts; nil removes, an unknown last name adds.
    subscript(path: ArraySlice<String>) -> TestBody? {
        get {
            guard let name = path.first else { return self }
            switch self {
            case .raw: return nil
            case .object(let members): return members.first { $0.name == name }?.value[path.dropFirst()]
            case .array(let elements):
                return Int(name).flatMap { elements.indices.contains($0) ? elements[$0][path.dropFirst()] : nil }
            }
        }
        set {
            guard let name = path.first else { return }
            let rest = path.dropFirst()
            switch self {
            case .raw: return
            case .object(var members):
                let place = members.firstIndex { $0.name == name }
                if rest.isEmpty {
                    if let place, let newValue {
                        members[place].value = newValue
                    } else if let place {
                        members.remove(at: place)
                    } else if let newValue {
                        members.append((name, newValue))
                    }
                } else if let place {
                    members[place].value[rest] = newValue
                }
                self = .object(members)
            case .array(var elements):
                guard let place = Int(name), place <= elements.count else { return }
                if rest.isEmpty, let newValue {
                    if place < elements.count { elements[place] = newValue } else { elements.append(newValue) }
                } else if rest.isEmpty {
                    elements.remove(at: place)
                } else {
                    elements[place][rest] = newValue
                }
                self = .array(elements)
            }
        }
    }

    /// Adds a member a second time.
    mutating func duplicate(_ name: String, in path: String, _ value: TestBody) {
        guard case .object(let members) = self[path] else { return }
        self[path] = .object(members + [(name, value)])
    }
}

/// A puuid of the right length that ends with `number`.
func testPuuid(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "x", count: 78 - digits.count) + digits
}
