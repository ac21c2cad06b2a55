import Storage
import Testing

@Suite struct TaskIDTests {
    @Test func carriesItsTimeAndVersion() throws {
        var generator = SystemRandomNumberGenerator()
        let id = TaskID(at: 0x0193_0000_00AB, using: &generator)
        #expect(id.text.hasPrefix("01930000-00ab-7"))
        #expect(["8", "9", "a", "b"].contains(String(Array(id.text)[19])))
        #expect(TaskID(id.text) == id)
    }

    @Test func idsSortByTime() {
        let ids = (0..<200).map { TaskID(at: 1_700_000_000_000 + Int64($0) * 7).text }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
    }

    @Test func takesAnyCaseAndKeepsLowerCase() {
        #expect(TaskID("0193AAAA-BBBB-7CCC-8DDD-EEEEFFFF0000")?.text == "0193aaaa-bbbb-7ccc-8ddd-eeeeffff0000")
    }

    @Test(arguments: [
        "", "x", "0193aaaa-bbbb-7ccc-8ddd-eeeeffff000", "0193aaaa-bbbb-7ccc-8ddd-eeeeffff00000",
        "0193aaaabbbb-7ccc-8ddd-eeeeffff0000-", "g193aaaa-bbbb-7ccc-8ddd-eeeeffff0000",
        "0193aaaa-bbbb-7ccc-8ddd-eeeeffff000é", "{0193aaaa-bbbb-7ccc-8ddd-eeeeffff00}",
    ])
    func refusesWhatIsNoUUID(text: String) {
        #expect(TaskID(text) == nil)
    }
}
