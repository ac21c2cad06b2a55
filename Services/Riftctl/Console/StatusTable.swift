import Supervision

/// The table that `status` prints.
struct StatusTable {
    let rows: [[String]]

    init(_ processes: [ProcessStatus], nowMilliseconds: Int64) {
        rows =
            [["INSTANCE", "STATE", "PID", "SINCE", "RESTARTS", "ADDRESS"]]
            + processes.map { process in
                [
                    process.instance,
                    process.state.rawValue
                        + (process.state == .running ? "" : process.lastExit.map { ", \($0)" } ?? ""),
                    process.pid.map(String.init) ?? "-",
                    Self.age(milliseconds: nowMilliseconds - process.since),
                    String(process.restarts),
                    process.port.map { "127.0.0.1:\($0)" } ?? process.socket ?? "-",
                ]
            }
    }

    /// The rows, columns aligned.
    var lines: [String] {
        let widths = (0..<6).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).enumerated().map { index, cell in
                index == row.count - 1 ? cell.0 : cell.0 + String(repeating: " ", count: cell.1 - cell.0.count)
            }.joined(separator: "  ")
        }
    }

    static func age(milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds / 1_000)
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}
