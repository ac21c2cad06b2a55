/// The text format of Prometheus, version 0.0.4.
public enum PrometheusText {
    /// The content type of the text.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Writes the figures of several processes as one page: a family's lines stand together, as the format demands.
    ///
    /// The labels of each process are added to all its series. Where two processes disagree about a family's type, the
    /// first one wins and the other's lines are left out, because a reader would refuse the whole page.
    public static func render(_ sources: [(labels: [MetricsSnapshot.Label], snapshot: MetricsSnapshot)]) -> String {
        var families: [String: (kind: MetricsSnapshot.Kind, lines: String)] = [:]
        for source in sources {
            for family in source.snapshot.families {
                var entry = families[family.name] ?? (family.kind, "")
                guard entry.kind == family.kind else { continue }
                for series in family.series {
                    append(series, of: family, extra: source.labels, to: &entry.lines)
                }
                families[family.name] = entry
            }
        }
        return families.sorted { $0.key < $1.key }.map { name, family in
            "# TYPE \(name) \(family.kind.rawValue)\n\(family.lines)"
        }.joined()
    }

    private static func append(
        _ series: MetricsSnapshot.Series,
        of family: MetricsSnapshot.Family,
        extra: [MetricsSnapshot.Label],
        to text: inout String
    ) {
        let labels = (extra + series.labels).map { "\($0.name)=\"\(escaped($0.value))\"" }
        let braced = labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}"
        guard let buckets = series.buckets, let bounds = family.bounds, buckets.count == bounds.count + 1 else {
            text += "\(family.name)\(braced) \(number(series.value))\n"
            return
        }
        for (bound, count) in zip(bounds.map(number) + ["+Inf"], buckets) {
            let inner = (labels + ["le=\"\(bound)\""]).joined(separator: ",")
            text += "\(family.name)_bucket{\(inner)} \(count)\n"
        }
        text += "\(family.name)_sum\(braced) \(number(series.value))\n"
        text += "\(family.name)_count\(braced) \(buckets.last ?? 0)\n"
    }

    static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// A number without a fraction where it has none.
    static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }

    /// A name that Prometheus accepts: letters, digits, `_` and `:`, no digit first.
    static func name(_ label: String) -> String {
        var name = ""
        for byte in label.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default: name += "_"
            }
        }
        guard let first = name.utf8.first else { return "_" }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) ? "_" + name : name
    }
}
