/// `text` in Unicode normal form C.
///
/// Foundation's function for this needs its ICU data (40 MB in a static program) and FoundationEssentials has none.
/// `_nfcCodeUnits` carries an underscore, but the standard library compares and hashes every string by it, it is part
/// of the library's public interface, and the tests check its results with `UTF8Span.checkForNFC`, which is stable.
func normalFormC(_ text: String) -> String {
    String(decoding: text._nfcCodeUnits, as: UTF8.self)
}

/// The beginning of a text from outside, quoted, for an error: harmless in a terminal and never long.
func excerpt(_ text: String) -> String {
    let limit = 40
    let head = text.unicodeScalars.prefix(limit)
        .map { $0.properties.generalCategory == .control ? "\u{FFFD}" : Character($0) }
    return "\"\(String(head))\(text.unicodeScalars.count > limit ? "…" : "")\""
}
