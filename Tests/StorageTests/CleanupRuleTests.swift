import Testing

@testable import Storage

/// Rules of the clean-up as they are written.
struct CleanupRuleTests {
    @Test(arguments: [
        ("tasks", "tasks:30"), ("tasks:7", "tasks:7"), ("failed-tasks", "failed-tasks:90"),
        ("timelines", "timelines:0"),
        ("names:365", "names:365"), ("games:2024-02-29", "games:2024-02-29"), ("forgotten", "forgotten:60"),
    ])
    func aRuleIsReadAndWritten(_ text: String, _ whole: String) throws {
        #expect(try CleanupRule(parsing: text).description == whole)
    }

    @Test(arguments: [
        "", "everything", "tasks:", "tasks:0", "tasks:-1", "tasks:x", "tasks:36501", "games", "games:", "games:30",
        "games:2023-02-29", "games:2024-13-01", "games:2024-1-01", "games:0000-01-01", "Tasks", "timelines:-1",
    ])
    func nonsenseIsRefusedWithASentence(_ text: String) {
        #expect(throws: CleanupRuleError.self) { try CleanupRule(parsing: text) }
    }

    @Test func aListHasEachClassOnce() throws {
        #expect(try CleanupRule.list(parsing: "tasks:30, names:180").map(\.description) == ["tasks:30", "names:180"])
        #expect(try CleanupRule.list(parsing: "none").isEmpty)
        #expect(throws: CleanupRuleError("the class tasks is named twice")) {
            try CleanupRule.list(parsing: "tasks:30,tasks:40")
        }
        #expect(throws: CleanupRuleError.self) { try CleanupRule.list(parsing: "") }
    }
}
