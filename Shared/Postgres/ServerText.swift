import CPostgres

/// Texts of libpq and the server, made fit for logs.
enum ServerText {
    /// Joins the lines of a C string into one.
    static func line(from text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "" }
        return line(from: String(cString: text))
    }

    static func line(from text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Replaces everything between the first and the last quotation mark, where the server repeats data.
    ///
    /// Messages of class 22 read `invalid input syntax for type integer: "…"`; translated ones use other marks.
    static func withoutQuotedValues(_ text: String) -> String {
        let marks: Set<Character> = ["\"", "'", "«", "»", "„", "“", "”", "‘", "’", "「", "」"]
        guard let first = text.firstIndex(where: marks.contains), let last = text.lastIndex(where: marks.contains)
        else { return text }
        return text[..<first] + "\"…\"" + text[text.index(after: last)...]
    }

    /// The error that a result of the server carries.
    static func error(in result: borrowing ResultHandle) -> PostgresError {
        let raw = result.raw
        func field(_ letter: Unicode.Scalar) -> String? {
            PQresultErrorField(raw, Int32(letter.value)).map { String(cString: $0) }
        }
        let state = field("C")
        var message = line(from: field("M") ?? String(cString: PQresultErrorMessage(raw)))
        if state == nil { return PostgresError(.connectionLost, "the connection to PostgreSQL broke: \(message)") }
        if state?.hasPrefix("22") == true { message = withoutQuotedValues(message) }
        if let place = copyPlace(field("W")) { message += " (\(place))" }
        if let position = field("P") { message += " (at character \(position) of the statement)" }
        return PostgresError(
            state.map(SQLState.isConnectionFailure) == true ? .connectionLost : .server,
            "PostgreSQL: \(message)",
            sqlState: state,
            constraint: field("n"),
            table: field("t")
        )
    }

    /// `COPY match, line 3, column gold` out of a context that goes on with the value.
    private static func copyPlace(_ context: String?) -> String? {
        guard let context, context.hasPrefix("COPY ") else { return nil }
        return context.prefix { $0 != ":" && $0 != "\n" }.description
    }

    /// The server's code and words out of what libpq says about a failed connect at `PQERRORS_VERBOSE`:
    /// `… failed: FATAL:  53300: sorry, too many clients already\nLOCATION:  InitProcess, proc.c:362`.
    ///
    /// libpq 15 has no call for the code of a refused start-up.
    static func connectFailure(_ text: String) -> (state: String?, message: String) {
        let lines = text.split(separator: "\n").filter { !isLocation($0) }
        for text in lines {
            let parts = text.split(separator: ": ", omittingEmptySubsequences: false).map { part in
                part.drop { $0 == " " }
            }
            guard let index = parts.firstIndex(where: isState) else { continue }
            return (String(parts[index]), line(from: parts[(index + 1)...].joined(separator: ": ")))
        }
        return (nil, line(from: lines.joined(separator: " ")))
    }

    private static func isState(_ text: Substring) -> Bool {
        text.utf8.count == 5 && text.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
            && text.utf8.contains { (48...57).contains($0) }
    }

    private static func isLocation(_ text: Substring) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        return text[..<colon].hasSuffix(".c")
    }
}
