/// A Lua script that the server runs as one step, known to it by the SHA-1 of its text.
public final class RedisScript: Sendable {
    /// What it is called in errors.
    public let name: String
    /// The Lua text.
    public let source: String

    let digest: RedisArgument
    let text: RedisArgument

    /// Takes the text as it is; the server sees it when it first needs it.
    public init(name: String, source: String) {
        self.name = name
        self.source = source
        self.digest = RedisArgument(SHA1.hexadecimal(of: Array(source.utf8)))
        self.text = RedisArgument(source)
    }
}
