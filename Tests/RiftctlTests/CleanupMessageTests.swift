import Testing

@testable import riftctl

/// The table that `riftctl cleanup` prints.
struct CleanupMessageTests {
    private static let tally = """
        {"rule":"tasks:30","found":{"things":12,"rows":340,"bytes":0},"removed":{"things":5,"rows":99,"bytes":0}}
        """

    private func message(_ state: String, dryRun: Bool, error: String = "null") throws -> CleanupMessage {
        try CleanupMessage(
            Array(
                """
                {"run":3,"dry_run":\(dryRun),"state":"\(state)","started_at":"x","error":\(error),"tallies":[\(Self.tally)]}
                """.utf8
            )
        )
    }

    @Test func aRunShowsWhatWasFoundAndWhatHasGone() throws {
        #expect(
            try message("done", dryRun: false).lines == [
                "CLASS     FOUND  ROWS OF THEM  BYTES  REMOVED  ROWS  BYTES",
                "tasks:30     12           340      0        5    99      0", "Done.",
            ]
        )
        #expect(try message("running", dryRun: false).progress == "removed 5 of 12")
    }

    @Test func aDryRunShowsOnlyWhatWasFound() throws {
        #expect(
            try message("done", dryRun: true).lines == [
                "CLASS     FOUND  ROWS OF THEM  BYTES", "tasks:30     12           340      0",
                "Nothing was removed: this was a dry run.",
            ]
        )
    }

    @Test func aRunThatStoppedSaysWhyAndThatTheNextGoesOn() throws {
        #expect(
            try message("stopped", dryRun: false, error: "\"Its time was over.\"").lines.last
                == "Run 3 stopped: Its time was over. The next run goes on with what is left."
        )
    }

    @Test func nonsenseIsRefused() {
        #expect(throws: CommandFailure.self) { try CleanupMessage(Array("{}".utf8)) }
    }
}
