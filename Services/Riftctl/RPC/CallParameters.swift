import FoundationEssentials
import ServiceRuntime

/// Turns the words of a command line into the JSON text of `params`.
enum CallParameters {
    /// One JSON object or array, or `key=value` pairs; `nil` for none.
    static func json(_ words: [String]) throws(CommandFailure) -> String? {
        guard let first = words.first else { return nil }
        if words.count == 1, first.hasPrefix("{") || first.hasPrefix("[") {
            guard isJSON(first) else { throw CommandFailure(.usage, "This is not JSON: \(first)") }
            return first
        }
        var members: [String] = []
        for word in words {
            guard let equals = word.firstIndex(of: "="), equals > word.startIndex else {
                throw CommandFailure(.usage, "A parameter is key=value, or all of them are one JSON object: '\(word)'")
            }
            let value = String(word[word.index(after: equals)...])
            members.append("\(quoted(String(word[..<equals]))):\(isJSON(value) ? value : quoted(value))")
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// A text as JSON.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func isJSON(_ text: String) -> Bool {
        guard !text.contains("\n") else { return false }
        return (try? JSONDecoder().decode(AnyJSON.self, from: Data(text.utf8))) != nil
    }

    /// Decodes from any JSON value and keeps nothing of it; the decoder looks at a value only when it is asked for.
    private struct AnyJSON: Decodable {
        private struct Name: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            if let members = try? decoder.container(keyedBy: Name.self) {
                for name in members.allKeys { _ = try members.decode(AnyJSON.self, forKey: name) }
            } else if var elements = try? decoder.unkeyedContainer() {
                while !elements.isAtEnd { _ = try elements.decode(AnyJSON.self) }
            } else {
                let value = try decoder.singleValueContainer()
                if value.decodeNil() || (try? value.decode(Bool.self)) != nil { return }
                if (try? value.decode(String.self)) == nil { _ = try value.decode(Double.self) }
            }
        }
    }
}
