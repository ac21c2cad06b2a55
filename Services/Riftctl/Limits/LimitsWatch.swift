import ServiceRuntime

/// Asks a service for the limits and shows them, once or every second.
struct LimitsWatch: Sendable {
    /// Time between two looks.
    static let pause = Duration.seconds(1)
    /// How long one answer may take.
    static let patience = Duration.seconds(5)

    let socket: ServiceSocket
    let console: Console
    let form: LimitsForm

    /// Shows the limits once.
    func once() async throws {
        for line in try await look() { console.say(line.text(isColoured: console.isColoured)) }
    }

    /// Shows the limits until a signal asks to end, or nobody reads any more.
    ///
    /// - Throws: `CommandFailure` when the first look fails; a later failure is shown until a look succeeds again.
    func untilSignalled() async throws {
        let first = try await look()
        let signals = SignalStream()
        await withTaskGroup { group in
            group.addTask { for await _ in signals.signals { return } }
            group.addTask { await show(from: first) }
            await group.next()
            group.cancelAll()
        }
        withExtendedLifetime(signals) {}
        if console.isTerminal { console.draw("\r\u{1B}[2K") }  // the terminal's echo of Ctrl-C
    }

    private func show(from first: [StyledLine]) async {
        var screen = LiveScreen()
        var (lines, last) = (first, [] as [StyledLine])
        while !Task.isCancelled, !console.isClosed {
            if console.isTerminal, form.isRedrawn {
                console.draw(
                    screen.draw(lines, columns: console.width, rows: console.height, isColoured: console.isColoured)
                )
            } else if lines != last {
                if form.isRedrawn, !last.isEmpty { console.say("") }
                for line in lines { console.say(line.plain) }
                last = lines
            }
            try? await Task.sleep(for: Self.pause)
            do {
                lines = try await look()
            } catch {
                lines = ["The limits cannot be had; they are asked for again every second:", error.message].flatMap {
                    StyledLine.sentence($0, .alarm, width: console.width)
                }
            }
        }
    }

    private func look() async throws(CommandFailure) -> [StyledLine] {
        let answer = try await socket.call("limits.show", parameters: nil, within: Self.patience)
        return try form.lines(answer, width: console.width)
    }
}
