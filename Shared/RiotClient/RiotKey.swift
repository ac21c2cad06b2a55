/// The key of the Riot API, which shows itself to nobody: not in a description, a dump or a mirror.
public struct RiotKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The key; read by the HTTP engine and by nothing else.
    let text: String

    /// Accepts visible ASCII without spaces, which is all that can stand in a header.
    public init(_ text: String) throws(RiotError) {
        guard (1...256).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw RiotError(
                .invalidConfiguration,
                "The Riot API key is empty, too long, or holds a space or another character that no key has. "
                    + "Copy it again from developer.riotgames.com."
            )
        }
        self.text = text
    }

    /// Three dots.
    public var description: String { "•••" }
    /// Three dots.
    public var debugDescription: String { "•••" }
    /// Empty.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Tells keys apart in Redis; 64 bits of a hash, from which the 122 random bits of a key cannot be had back.
    var fingerprint: String { StableHash.text(text) }

    /// `text` without the key, should a server have written it there.
    func redacted(from text: String) -> String {
        guard text.utf8.count >= self.text.utf8.count else { return text }
        var kept = ""
        var rest = Substring(text)
        while let range = rest.firstOccurrence(of: self.text) {
            kept += rest[..<range.lowerBound] + description
            rest = rest[range.upperBound...]
        }
        return kept + rest
    }
}

extension Substring {
    /// Where `text` begins and ends, by bytes; the standard library's `ranges(of:)` belongs to another module.
    fileprivate func firstOccurrence(of text: String) -> Range<Index>? {
        let bytes = Array(text.utf8)
        var start = startIndex
        while start < endIndex {
            if utf8[start...].starts(with: bytes) {
                return start..<utf8.index(start, offsetBy: bytes.count)
            }
            start = utf8.index(after: start)
        }
        return nil
    }
}
