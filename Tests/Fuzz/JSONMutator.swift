import Compression

@testable import Storage

/// libFuzzer's own mutation, in C.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int) -> Int

/// Changes of a text that leave it JSON more often than changes of bytes do: a value is replaced, doubled, removed or
/// put somewhere else.
struct JSONMutator {
    /// Values that fit no column, or only just.
    private static let misfits = [
        "null", "true", "false", "0", "-0", "1.0", "1e3", "0.1", "1e999", "-1e-999", "32767", "32768", "-32769",
        "2147483647", "2147483648", "-2147483648", "9007199254740993", "9223372036854775807", "9223372036854775808",
        "98765432109876543210", "1.00000000000000000000001", #""""#, #""BOT""#, #""\u0000""#, #""\ud800""#,
        #""\udc00\ud800""#, "[]", "{}", "[[]]", "[null]", "{\"\":0}", "[1,2,3]", #"{"x":1,"x":2}"#,
    ].map { Array($0.utf8) }

    private var random: UInt64

    init(seed: UInt32) { random = UInt64(seed) | 1 << 40 }

    private mutating func next(below bound: Int) -> Int {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return Int(random >> 11) % max(bound, 1)
    }

    /// A changed copy of `text`, unchanged when no value was found.
    mutating func mutate(_ text: [UInt8]) -> [UInt8] {
        guard let value = self.value(in: text) else { return text }
        var changed = text
        switch next(below: 5) {
        case 0: changed.replaceSubrange(value, with: Self.misfits[next(below: Self.misfits.count)])
        case 1:
            let member = Self.member(around: value, in: text)
            changed.insert(contentsOf: [UInt8(ascii: ",")] + text[member], at: member.upperBound)
        case 2:
            let member = Self.member(around: value, in: text)
            let comma = member.upperBound < text.count && text[member.upperBound] == UInt8(ascii: ",") ? 1 : 0
            changed.removeSubrange(member.lowerBound..<member.upperBound + comma)
        default:
            guard let other = self.value(in: text) else { return text }
            changed.replaceSubrange(value, with: text[other])
        }
        return changed
    }

    /// A value that begins at or after a random byte.
    private mutating func value(in text: [UInt8]) -> Range<Int>? {
        guard text.count > 2 else { return nil }
        let start = text[next(below: text.count)...].firstIndex {
            $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: ",")
        }
        guard let start, start + 1 < text.count else { return nil }
        return start + 1..<Self.end(of: start + 1, in: text)
    }

    /// Where the value that begins at `start` ends.
    private static func end(of start: Int, in text: [UInt8]) -> Int {
        var depth = 0
        var isInText = false
        var place = start
        while place < text.count {
            let byte = text[place]
            if isInText {
                if byte == UInt8(ascii: "\\") { place += 1 } else if byte == UInt8(ascii: "\"") { isInText = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth < 0 { return place }
                case UInt8(ascii: ","), UInt8(ascii: ":"): if depth == 0 { return place }
                default: break
                }
            }
            place += 1
        }
        return text.count
    }

    /// The value with the name before it, if it has one.
    private static func member(around value: Range<Int>, in text: [UInt8]) -> Range<Int> {
        guard text[value.lowerBound - 1] == UInt8(ascii: ":") else { return value }
        let name = text[..<(value.lowerBound - 1)].dropLast().lastIndex(of: UInt8(ascii: "\""))
        return (name ?? value.lowerBound)..<value.upperBound
    }
}

@_cdecl("LLVMFuzzerCustomMutator")
func mutateInput(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
    guard size > 1, maximum > 1, seed % 3 != 0 else { return mutateBytes(data, size, maximum) }
    let head = data[0]
    var text = Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
    let isGzip = head & DecoderFuzzer.gzipBit != 0
    if isGzip {
        guard let inflated = try? Gzip.inflate(text, limit: 4 * maximum) else {
            return mutateBytes(data, size, maximum)
        }
        text = inflated
    }
    var mutator = JSONMutator(seed: seed)
    for _ in 0...Int(seed >> 8 % 3) { text = mutator.mutate(text) }
    if isGzip { text = Gzip.deflate(text, level: 1) }
    guard text.count < maximum else { return mutateBytes(data, size, maximum) }
    for (place, byte) in text.enumerated() { data[1 + place] = byte }
    return 1 + text.count
}
