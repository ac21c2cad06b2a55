import Glibc
import Reactor

/// What people see: lines, and on a terminal one line at the bottom that shows progress.
final class Console: Sendable {
    private struct State {
        var progress = ""
    }

    static let standard = Console()

    /// Whether standard output is a terminal that can redraw a line.
    let isTerminal: Bool
    /// Whether colours are shown: on a terminal, unless `NO_COLOR` is set (https://no-color.org).
    let isColoured: Bool
    private let state = Lock(State())
    private let closed = Lock(false)

    private init() {
        let term = getenv("TERM").map { String(cString: $0) } ?? ""
        isTerminal = isatty(STDOUT_FILENO) == 1 && term != "dumb" && !term.isEmpty
        isColoured = isTerminal && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
    }

    /// How many columns a line has.
    var width: Int {
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
    }

    /// How many lines fit on the terminal.
    var height: Int {
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 1 ? Int(size.ws_row) : 24
    }

    /// Whether something could not be written: nobody reads any more.
    var isClosed: Bool { closed.withLock { $0 } }

    /// Writes text that moves the cursor by itself; only for terminals.
    func draw(_ text: String) { state.withLock { _ in write(text, to: STDOUT_FILENO) } }

    /// Prints a line above the progress.
    func say(_ line: String) {
        state.withLock { state in
            write((state.progress.isEmpty ? "" : Self.erase) + line + "\n" + state.progress, to: STDOUT_FILENO)
        }
    }

    /// Prints a sentence to standard error.
    func complain(_ sentence: String) {
        state.withLock { state in
            if !state.progress.isEmpty { write(Self.erase, to: STDOUT_FILENO) }
            write("riftctl: \(sentence)\n", to: STDERR_FILENO)
            write(state.progress, to: STDOUT_FILENO)
        }
    }

    /// Redraws the line at the bottom; only for terminals.
    func show(progress: String) {
        guard isTerminal else { return }
        state.withLock { state in
            state.progress = String(progress.prefix(width - 1))
            write(Self.erase + state.progress, to: STDOUT_FILENO)
        }
    }

    /// Takes the line at the bottom away.
    func endProgress() {
        state.withLock { state in
            guard !state.progress.isEmpty else { return }
            state.progress = ""
            write(Self.erase, to: STDOUT_FILENO)
        }
    }

    private static let erase = "\r\u{1B}[2K"

    private func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return closed.withLock { $0 = true } }
            rest = rest.dropFirst(count)
        }
    }
}
