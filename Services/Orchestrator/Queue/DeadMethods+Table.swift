import JSONRPC

extension DeadMethods {
    func add(to table: inout MethodTable) {
        func word(_ name: String, _ summary: String, required: Bool = false) -> ParameterDescription {
            ParameterDescription(name, type: .string, required: required, summary: summary)
        }
        func flag(_ name: String, _ summary: String) -> ParameterDescription {
            ParameterDescription(name, type: .boolean, required: false, summary: summary)
        }
        let kind = word("kind", "match, timeline or player.")
        let filter = [
            word("fingerprint", "What failures of one cause have in common; its first 6 digits or more."),
            word("route", "Only those of a lane: \(QueueChoice.routeNames)."),
            word("platform", "Only those of a platform, such as na1."),
            flag("missing", "Also what Riot says that it does not have (404)."),
        ]
        let change =
            [kind, word("subject", "One letter: the match id, or the id of the failed task.")] + filter + [
                flag("dry_run", "Only count.")
            ]
        table.add(
            "queue.dead.list",
            summary: "What was given up, the last seen first; or how much of each cause.",
            parameters: [kind] + filter + [
                flag("grouped", "Groups of the same cause instead of single letters."),
                ParameterDescription("limit", type: .integer, required: false, summary: "1 to 1000; 50 if absent."),
                word("cursor", "Where the page before ended: its next."),
            ],
            errors: [.dependencyDown]
        ) { (parameters: DeadParameters, _) in try await list(parameters) }
        table.add(
            "queue.dead.show",
            summary: "One dead letter: why, since when, which tasks count it as failed, and its job.",
            parameters: [
                word("kind", "match, timeline or player.", required: true),
                word("subject", "The match id, or the id of the failed task.", required: true),
            ],
            errors: [.notFound, .dependencyDown]
        ) { (parameters: DeadParameters, _) in try await show(parameters) }
        table.add(
            "queue.dead.retry",
            summary: "Tries dead letters again behind what somebody waits for, up to 500 a call; left tells of more.",
            parameters: change,
            errors: [.notFound, .dependencyDown]
        ) { (parameters: DeadParameters, _) in try await retry(parameters) }
        table.add(
            "queue.dead.drop",
            summary: "Forgets dead letters, up to 500 a call; left tells of more.",
            parameters: change,
            errors: [.notFound, .dependencyDown]
        ) { (parameters: DeadParameters, _) in try await drop(parameters) }
    }
}
