import FoundationEssentials
import RiotClient
import ServiceRuntime

/// How an answer of `limits.show` is shown.
enum LimitsForm: Sendable {
    /// Bars for people.
    case bars(showsAll: Bool)
    /// JSON on many lines.
    case json
    /// JSON on one line.
    case jsonLine

    /// Whether it is drawn anew in the same place, where it is watched on a terminal.
    var isRedrawn: Bool {
        if case .bars = self { true } else { false }
    }

    /// The lines of an answer, none wider than `width` but those of JSON.
    func lines(_ answer: [UInt8], width: Int) throws(CommandFailure) -> [StyledLine] {
        switch self {
        case .bars(let showsAll):
            guard let snapshot = try? JSONDecoder().decode(LimitsSnapshot.self, from: Data(answer)) else {
                throw CommandFailure(.internal, "The answer of limits.show cannot be understood; --json shows it.")
            }
            return LimitsScreen(snapshot: snapshot, showsAll: showsAll, width: width).lines
        case .json: return JSONIndent.indented(answer).split(separator: "\n").map { StyledLine(String($0)) }
        case .jsonLine: return [StyledLine(String(decoding: answer, as: UTF8.self))]
        }
    }
}
