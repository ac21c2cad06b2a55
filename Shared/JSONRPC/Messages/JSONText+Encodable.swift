import JSON

/// Lets a text stand inside a value that is encoded.
///
/// As the whole result of a handler a text is passed on untouched; inside another value it is encoded again, so that
/// spaces go and numbers are written in their shortest form.
extension JSONText: Encodable {
    /// Encodes the value that the text stands for.
    public func encode(to encoder: any Encoder) throws {
        try EncodableValue(value: try JSONDocument(parsing: bytes).root).encode(to: encoder)
    }

    private struct EncodableValue: Encodable {
        let value: JSONValue

        func encode(to encoder: any Encoder) throws {
            switch value.kind {
            case .object:
                var container = encoder.container(keyedBy: Name.self)
                for (key, member) in value.members {
                    try container.encode(EncodableValue(value: member), forKey: Name(stringValue: key.name))
                }
            case .array:
                var container = encoder.unkeyedContainer()
                for element in value.elements { try container.encode(EncodableValue(value: element)) }
            default:
                var container = encoder.singleValueContainer()
                try encodeScalar(into: &container)
            }
        }

        private func encodeScalar(into container: inout any SingleValueEncodingContainer) throws {
            if let text = value.string {
                try container.encode(text)
            } else if let flag = value.bool {
                try container.encode(flag)
            } else if let whole = value.int64 {
                try container.encode(whole)
            } else if let number = value.double {
                try container.encode(number)
            } else if value.isNull {
                try container.encodeNil()
            } else {
                throw EncodingError.invalidValue(
                    value.numberText ?? "",
                    .init(codingPath: container.codingPath, debugDescription: "a number beyond every double")
                )
            }
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }
}
