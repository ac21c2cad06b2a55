import Reactor
import ServiceRuntime

/// The time as the header `Date` has it, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
final class HTTPDate: Sendable {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private let last = Lock((second: Int64(-1), text: ""))

    /// The text for now, made once a second.
    var now: String {
        let second = EpochTime.now() / 1000
        return last.withLock { last in
            if last.second != second { last = (second, Self.text(second)) }
            return last.text
        }
    }

    /// The text of a time in seconds after 1970.
    static func text(_ seconds: Int64) -> String {
        let day = seconds / 86_400
        let rest = seconds % 86_400
        let date = EpochTime.civilDate(days: day)
        let time = [rest / 3600, rest / 60 % 60, rest % 60].map(twoDigits).joined(separator: ":")
        return "\(days[Int(day % 7)]), \(twoDigits(date.day)) \(months[Int(date.month) - 1]) \(date.year) \(time) GMT"
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : String(number) }
}
