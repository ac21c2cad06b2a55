import Foundation

/// The spellings in which a secret might turn up, for a test that looks for it everywhere.
struct SecretForms: Sendable {
    private let forms: [(name: String, bytes: Data)]

    init(_ secret: String) {
        let bytes = Data(secret.utf8)
        let percent = secret.utf8.map { byte in
            Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
                ? String(Unicode.Scalar(byte)) : "%" + Self.hex(byte)
        }.joined()
        var forms: [(String, String)] = [
            ("plain", secret),
            ("in JSON", secret.replacingOccurrences(of: "/", with: "\\/")),
            ("percent-encoded", percent),
            ("percent-encoded, small letters", percent.replacingOccurrences(of: "%2B", with: "%2b")),
            ("hexadecimal", bytes.map { Self.hex($0).lowercased() }.joined()),
        ]
        // What surrounds a text decides which of three spellings it has; the letters at its ends depend on neighbours.
        for offset in 0..<3 {
            let base64 = (Data(repeating: 0, count: offset) + bytes).base64EncodedString()
            let inner = base64.dropFirst(offset == 0 ? 0 : offset + 1).prefix { $0 != "=" }.dropLast()
            let url = inner.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            forms += [("base64, \(offset)", String(inner)), ("base64url, \(offset)", url)]
        }
        self.forms = forms.map { ($0.0, Data($0.1.utf8)) }
    }

    /// The forms in which the secret stands in `data`.
    func found(in data: Data) -> [String] { forms.filter { data.range(of: $0.bytes) != nil }.map(\.name) }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
