import Postgres

extension PostgresRow {
    /// The integers of several columns.
    func optionalInts(_ columns: [String]) throws(PostgresError) -> [Int?] {
        var values: [Int?] = []
        for column in columns { values.append(try optionalInt(column)) }
        return values
    }

    /// A one-dimensional array of integers, nil for NULL.
    ///
    /// A timeline has 15,000 of them, so they are read from their text without a string for each.
    func integers(_ column: String) throws(PostgresError) -> [Int64?]? {
        guard let text = try optionalBytes(column) else { return nil }
        guard let values = IntegerArrayText.values(text) else {
            throw PostgresError.unexpectedResult("column \(column) is not an array of integers")
        }
        return values
    }
}

extension PostgresRow {
    /// A one-dimensional array of texts, nil for NULL.
    ///
    /// Names of wards, lanes and champions need no quotes, and are then cut out as they stand.
    func texts(_ column: String) throws(PostgresError) -> [String?]? {
        guard let text = try optionalBytes(column) else { return nil }
        if text.contains(UInt8(ascii: "\"")) || text.count < 2 { return try optionalArray(column) }
        if text.count == 2 { return [] }
        return text[1..<text.count - 1].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
            $0.elementsEqual("NULL".utf8) ? nil : String(decoding: $0, as: UTF8.self)
        }
    }
}

/// The text form of arrays of integers: `{1,NULL,-3}` (PostgreSQL 15, 8.15.6).
enum IntegerArrayText {
    /// The numbers; nil when the text is anything else, or a number has more than 64 bits.
    static func values(_ text: [UInt8]) -> [Int64?]? {
        guard text.count >= 2, text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else { return nil }
        var values: [Int64?] = []
        if text.count == 2 { return values }
        values.reserveCapacity(text.count / 3)
        var start = 1
        while start < text.count {
            var end = start
            while end < text.count - 1, text[end] != UInt8(ascii: ",") { end += 1 }
            if isNull(text, start, end) {
                values.append(nil)
            } else if let value = integer(text, start, end) {
                values.append(value)
            } else {
                return nil
            }
            start = end + 1
        }
        // After the last comma something must have stood.
        return text[text.count - 2] == UInt8(ascii: ",") ? nil : values
    }

    private static func isNull(_ text: [UInt8], _ start: Int, _ end: Int) -> Bool {
        end - start == 4 && text[start..<end].elementsEqual("NULL".utf8)
    }

    private static func integer(_ text: [UInt8], _ start: Int, _ end: Int) -> Int64? {
        let isNegative = start < end && text[start] == UInt8(ascii: "-")
        var index = isNegative ? start + 1 : start
        if index == end { return nil }
        var value: Int64 = 0  // kept negative: Int64.min has no positive counterpart
        while index < end {
            guard (48...57).contains(text[index]) else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.subtractingReportingOverflow(Int64(text[index] - 48))
            if overflow || carry { return nil }
            value = sum
            index += 1
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }
}
