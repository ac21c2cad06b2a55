import Compression

/// Whether the body of a 200 is what it says it is.
enum BodyCheck {
    /// The body as JSON text, or what is wrong with it.
    ///
    /// The check is one of form: the first and the last byte that is not white space enclose an object or an array.
    /// That tells apart an HTML page, an empty body and one that was cut, without reading JSON twice.
    static func text(of body: [UInt8], encoding: String?, limit: Int) -> Result<[UInt8], Flaw> {
        let text: [UInt8]
        switch encoding?.lowercased() {
        case nil, "identity": text = body
        case "gzip", "x-gzip":
            do {
                text = try Gzip.inflate(body, limit: limit)
            } catch {
                return .failure(Flaw(reason: reason(error, limit: limit)))
            }
        case .some: return .failure(Flaw(reason: "it has a Content-Encoding that was not asked for"))
        }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        guard let first = text.first(where: { !isSpace($0) }),
            let last = text.last(where: { !isSpace($0) })
        else {
            return .failure(Flaw(reason: "it is empty"))
        }
        switch (first, last) {
        case (UInt8(ascii: "{"), UInt8(ascii: "}")), (UInt8(ascii: "["), UInt8(ascii: "]")):
            return .success(text)
        default: return .failure(Flaw(reason: "it is not a complete JSON object or array"))
        }
    }

    private static func reason(_ error: GzipError, limit: Int) -> String {
        switch error.code {
        case .tooLarge: "it inflates to more than \(limit) bytes"
        case .notGzip: "it is not gzip, although it says so"
        case .damaged: "its gzip is damaged, cut off, or followed by something else"
        case .outOfMemory: "there was no memory to inflate it"
        }
    }

    /// Why a body cannot be used.
    struct Flaw: Error, Equatable {
        var reason: String
    }
}
