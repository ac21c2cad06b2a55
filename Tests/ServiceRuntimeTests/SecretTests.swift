import Testing

@testable import ServiceRuntime

/// No way of showing a value shows a secret.
@Suite struct SecretTests {
    private struct Holder {
        let secret: Secret
        let list: [Secret]
        let byName: [String: Secret]
    }

    private struct Failure: Error { let secret: Secret }

    private static let secret = Secret("RGAPI-deep-secret")

    private static func dumped(_ value: Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }

    @Test func nothingShowsIt() {
        let secret = Self.secret
        let holder = Holder(secret: secret, list: [secret], byName: ["key": secret])
        let error: any Error = Failure(secret: secret)
        let shown = [
            secret.description, secret.debugDescription, "\(secret)", String(describing: secret),
            String(reflecting: secret), Self.dumped(secret), "\(Optional(secret) as Any)", String(reflecting: [secret]),
            "\(holder)", String(reflecting: holder), Self.dumped(holder), "\(error)", String(reflecting: error),
            Self.dumped(error), "\(Result<Secret, Failure>.success(secret))",
        ]
        for text in shown {
            #expect(!text.contains("deep"), "\(text)")
            #expect(!text.isEmpty)
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(secret.reveal() == "RGAPI-deep-secret")
    }

    @Test func noEncoderTakesIt() {
        let secret: Any = Self.secret
        #expect(!(secret is any Encodable))
        #expect(!(secret is any LosslessStringConvertible))
    }
}
