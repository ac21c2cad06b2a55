/// The value of a rate limit header, `20:1,100:120`: counts and the seconds they are for, any number of them.
struct RateWindows: Sendable, Equatable {
    /// One window.
    struct Window: Sendable, Equatable {
        var count: Int
        var seconds: Int
    }

    /// More windows than this are taken for a malformed header; Riot sends one or two.
    private static let countLimit = 16

    let windows: [Window]

    /// Reads a header; nil when it is malformed in any part, because half of the limits is worse than none.
    init?(_ header: String) {
        var windows: [Window] = []
        for part in header.split(separator: ",", omittingEmptySubsequences: false) {
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false).map(Self.number)
            guard numbers.count == 2, let count = numbers[0], let seconds = numbers[1], seconds > 0 else { return nil }
            windows.append(Window(count: count, seconds: seconds))
        }
        guard !windows.isEmpty, windows.count <= Self.countLimit else { return nil }
        self.windows = windows
    }

    /// A limit of 0 would stop a route for ever without a request that could tell otherwise; two limits of one length
    /// contradict each other.
    var isUsableAsLimit: Bool {
        windows.allSatisfy { $0.count > 0 } && Set(windows.map(\.seconds)).count == windows.count
    }

    /// Without spaces, as the scripts read it.
    var text: String { windows.map { "\($0.count):\($0.seconds)" }.joined(separator: ",") }

    /// The length of the longest window whose count has reached its limit; pairs are matched by their seconds.
    func longestFull(of limits: RateWindows) -> Int? {
        let full = windows.filter { seen in
            limits.windows.contains { $0.seconds == seen.seconds && seen.count >= $0.count }
        }
        return full.map(\.seconds).max()
    }

    private static func number(_ text: Substring) -> Int? {
        let digits = text.trimmingSpaces()
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }
}

extension Substring {
    /// Without the spaces and tabs around it.
    func trimmingSpaces() -> Substring {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
