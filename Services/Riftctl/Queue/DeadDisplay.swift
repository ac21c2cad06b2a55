/// Dead letters for people.
enum DeadDisplay {
    /// Characters of a reason in a table.
    static let reasonLength = 90
    /// Digits of a fingerprint in a table; `--fingerprint` takes them.
    static let fingerprintLength = 10

    static func list(_ message: DeadListMessage) -> [String] {
        if let groups = message.groups { return groups.isEmpty ? [nothing] : table(groups).lines }
        let letters = message.letters ?? []
        if letters.isEmpty { return [nothing] }
        return table(letters).lines + (message.next.map { ["… and more: --cursor \($0)"] } ?? [])
    }

    private static let nothing = "There are no such dead letters."

    private static func table(_ letters: [DeadLetterMessage]) -> TextTable {
        TextTable(
            header: ["LETTER", "LAST", "TRIED", "STATUS", "TASKS", "CAUSE", "AGAIN", "REASON"],
            rows: letters.map { letter in
                [
                    "\(letter.kind):\(letter.subject)", QueueDisplay.time(letter.lastSeen), String(letter.attempts),
                    letter.status.map(String.init) ?? "-", String(letter.tasks),
                    String(letter.fingerprint.prefix(fingerprintLength)), again(letter), shortened(letter.reason),
                ]
            }
        )
    }

    private static func again(_ letter: DeadLetterMessage) -> String {
        if letter.retryAsked != nil { return "asked for" }
        return letter.nextTry.map { QueueDisplay.time($0) } ?? "-"
    }

    private static func table(_ groups: [DeadListMessage.Group]) -> TextTable {
        TextTable(
            header: ["CAUSE", "KIND", "STATUS", "LETTERS", "ASKED", "FIRST", "LAST", "REASON OF ONE"],
            rows: groups.map { group in
                [
                    String(group.fingerprint.prefix(fingerprintLength)), group.kind,
                    group.status.map(String.init) ?? "-", String(group.count), String(group.retryAsked),
                    QueueDisplay.time(group.firstSeen), QueueDisplay.time(group.lastSeen), shortened(group.reason),
                ]
            }
        )
    }

    static func lines(_ message: DeadShowMessage) -> [String] {
        let letter = message.letter
        var lines = [
            "letter     \(letter.kind):\(letter.subject)",
            "route      \(letter.route ?? "-") (\(letter.platform ?? "-"))",
            "reason     \(letter.reason)",
            "status     \(letter.status.map(String.init) ?? "-")",
            "cause      \(letter.fingerprint)",
            "tried      \(letter.attempts) times",
            "first      \(QueueDisplay.time(letter.firstSeen))",
            "last       \(QueueDisplay.time(letter.lastSeen))",
            "again      \(again(letter))",
            "job        \(message.job.map { "\($0.state), \($0.attempts) attempts, \($0.stalls) stalls" } ?? "Redis knows none")",
            "payload    \(message.payload)",
            "tasks      \(letter.tasks) count it as failed",
        ]
        lines += message.failedIn.map { "  \($0.taskID)  \($0.state)  \($0.summoner)  \($0.year)" }
        return lines
    }

    /// What a retry or a drop did.
    static func retried(_ sum: DeadChangeMessage) -> [String] {
        if sum.count == 0 { return [nothing] }
        if sum.dryRun { return ["\(amount(sum)) would be tried again. Nothing was changed."] }
        var lines = ["\(amount(sum)) are tried again, behind what somebody waits for."]
        if sum.held > 0 { lines.append("\(sum.held) more were held already, and are no dead letters any more.") }
        if sum.left > 0 { lines.append("\(sum.left) are left; call it again.") }
        return lines
    }

    static func dropped(_ sum: DeadChangeMessage) -> [String] {
        if sum.count == 0 { return [nothing] }
        if sum.dryRun { return ["\(amount(sum)) would be forgotten. Nothing was changed."] }
        return ["\(amount(sum)) are forgotten."] + (sum.left > 0 ? ["\(sum.left) are left; call it again."] : [])
    }

    private static func amount(_ sum: DeadChangeMessage) -> String {
        "\(sum.matches) matches, \(sum.timelines) timelines and \(sum.players) syncs"
    }

    private static func shortened(_ text: String) -> String {
        text.count > reasonLength ? text.prefix(reasonLength) + "…" : text
    }
}
