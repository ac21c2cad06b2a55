import ServiceRuntime
import Storage
import Testing

/// The setting and the rules that it is made of live in different modules.
struct CleanupSettingTests {
    @Test func theDefaultOfTheSettingIsMadeOfRules() throws {
        let settings = try Settings.load(flags: [:])
        #expect(
            try CleanupRule.list(parsing: settings.cleanupClasses).map(\.description) == [
                "tasks:30", "failed-tasks:90", "names:180", "forgotten:60",
            ]
        )
    }
}
