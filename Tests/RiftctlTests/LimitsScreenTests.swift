import Foundation
import RiotClient
import Testing

@testable import riftctl

@Suite("Limits on a screen")
struct LimitsScreenTests {
    private static let accepted = #""key":{"accepted":true}"#

    private func screen(_ json: String, all: Bool = false, width: Int) throws -> [String] {
        try LimitsForm.bars(showsAll: all).lines(Array(json.utf8), width: width).map(\.plain)
    }

    /// A route in use, of which one endpoint is stopped and another one idle.
    private static let busy = """
        {\(accepted),"buckets":[
        {"route":"americas","method":"accountByRiotID","under_way":0,"stopped_for_ms":0,
         "windows":[{"limit":1000,"seconds":60,"used":0,"ends_in_ms":0,"guarded":0}]},
        {"route":"americas","under_way":3,"stopped_for_ms":0,"windows":[
         {"limit":20,"seconds":1,"used":20,"ends_in_ms":351,"guarded":0},
         {"limit":100,"seconds":120,"used":57,"ends_in_ms":43200,"guarded":6}]},
        {"route":"americas","method":"match","under_way":1,"stopped_for_ms":12240,"stopped_by":"method",
         "windows":[{"limit":2000,"seconds":10,"used":57,"ends_in_ms":9950,"guarded":0}]},
        {"route":"na1","under_way":0,"stopped_for_ms":0,"windows":[]}]}
        """

    @Test func eightyColumns() throws {
        #expect(
            try screen(Self.busy, width: 80) == [
                "Riot accepts the key.",
                "",
                "americas",
                "  application  [#####################] 20/20 in 1 s, free again in 0.4 s",
                "               [###########..........] 57/100 in 120 s, free again in 43.2 s,",
                "               6 kept for another program",
                "               3 requests under way",
                "  match        [#....................] 57/2000 in 10 s, free again in 10.0 s",
                "               stopped by Riot for 12.3 s (method), 1 request under way",
                "",
                "na1",
                "  application  not known yet",
                "",
                "1 endpoint that nobody uses is left out; --all shows them.",
            ]
        )
    }

    @Test func fortyColumns() throws {
        #expect(
            try screen(Self.busy, width: 40) == [
                "Riot accepts the key.",
                "",
                "americas",
                "  application",
                "    [##############] 20/20 in 1 s,",
                "      free again in 0.4 s",
                "    [#######.......] 57/100 in 120 s,",
                "      free again in 43.2 s,",
                "      6 kept for another program",
                "    3 requests under way",
                "  match",
                "    [#.............] 57/2000 in 10 s,",
                "      free again in 10.0 s",
                "    stopped by Riot for 12.3 s (method),",
                "      1 request under way",
                "",
                "na1",
                "  application",
                "    not known yet",
                "",
                "1 endpoint that nobody uses is left out;",
                "--all shows them.",
            ]
        )
    }

    @Test func idleEndpointsAreShownWhenAskedFor() throws {
        let lines = try screen(Self.busy, all: true, width: 80)
        #expect(lines.contains("  accountByRiotID  [.................] 0/1000 in 60 s"))
        #expect(!lines.contains { $0.contains("left out") })
    }

    @Test func anEmptySystemSaysWhatToDo() throws {
        let lines = try screen(#"{\#(Self.accepted),"buckets":[]}"#, width: 80)
        #expect(
            lines == [
                "Riot accepts the key.",
                "No limits are known yet: they come with Riot's first answer. Start a sync",
                "(riftctl sync 'Name#TAG') or look a player up (riftctl lookup 'Name#TAG').",
            ]
        )
    }

    @Test(arguments: [
        (
            #"{"accepted":false,"status":403,"refused_for_ms":743000,"next_probe_in_ms":7400}"#,
            "Riot refuses the key (403) since 12 min; next probe in 8 s."
        ),
        (
            #"{"accepted":false,"status":401,"refused_for_ms":900,"next_probe_in_ms":0}"#,
            "Riot refuses the key (401) since 0 s; the next request finds out whether it is good."
        ),
    ])
    func aRefusedKeyStandsFirst(key: String, sentence: String) throws {
        #expect(try screen(#"{"key":\#(key),"buckets":[]}"#, width: 120).first == sentence)
    }

    @Test(arguments: [
        ("application", " (application)"), ("service", " (service)"), ("none", " (no type)"), (nil as String?, ""),
    ])
    func theTypeOfAStopIsSaid(type: String?, said: String) throws {
        let by = type.map { #""stopped_by":"\#($0)","# } ?? ""
        let json = #"{"route":"kr","under_way":0,"stopped_for_ms":300001,\#(by)"windows":[]}"#
        let lines = try screen(#"{\#(Self.accepted),"buckets":[\#(json)]}"#, width: 80)
        #expect(lines.last == "               stopped by Riot for 5 min\(said)")
    }

    /// No line is longer than the terminal is wide, and no text is lost, whatever the width.
    @Test(arguments: 33...140)
    func noLineIsTooLong(width: Int) throws {
        for all in [false, true] {
            let lines = try screen(Self.busy, all: all, width: width)
            #expect(lines.allSatisfy { $0.count <= width }, "\(lines)")
            let words = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
            for text in ["57/100 in 120 s, free again in 43.2 s, 6 kept for another", "for 12.3 s (method), 1 request"]
            {
                #expect(words.contains(text))
            }
        }
    }

    /// Something used is seen, and only a window that is full looks full.
    @Test(arguments: [(0, 0), (1, 1), (50, 10), (99, 20), (100, 21), (130, 21)])
    func theBarTellsTheTruth(used: Int, cells: Int) throws {
        let window = #"{"limit":100,"seconds":120,"used":\#(used),"ends_in_ms":1,"guarded":0}"#
        let json = #"{"route":"kr","under_way":0,"stopped_for_ms":0,"windows":[\#(window)]}"#
        let lines = try screen(#"{\#(Self.accepted),"buckets":[\#(json)]}"#, width: 80)
        let bar = "[" + String(repeating: "#", count: cells) + String(repeating: ".", count: 21 - cells) + "]"
        #expect(lines.last?.contains("  application  \(bar) \(used)/100 in 120 s") == true)
    }

    @Test(arguments: [(0, "0.0 s"), (1, "0.1 s"), (43_200, "43.2 s"), (43_201, "43.3 s"), (120_000, "2 min")])
    func aTimeToComeIsNeverShortened(milliseconds: Int64, text: String) {
        #expect(LimitsScreen.wait(milliseconds) == text)
    }

    @Test func coloursAreOnlyCodesAroundTheSameText() throws {
        let lines = try LimitsForm.bars(showsAll: false).lines(Array(Self.busy.utf8), width: 80)
        let coloured = lines.map { $0.text(isColoured: true) }
        #expect(
            coloured[3] == "  application  [\u{1B}[31m#####################\u{1B}[0m] 20/20 in 1 s, free again in 0.4 s"
        )
        #expect(coloured[4].contains("[\u{1B}[32m###########\u{1B}[0m.........."))
        #expect(coloured[8].contains("\u{1B}[31mstopped by Riot for 12.3 s (method)\u{1B}[0m,"))
        #expect(lines.map { $0.text(isColoured: false) } == lines.map(\.plain))
        #expect(lines[3].width == lines[3].plain.count)
    }

    @Test func anAnswerOfAnotherFormIsAnError() {
        #expect(throws: CommandFailure.self) { try screen(#"{"limits":[]}"#, width: 80) }
    }

    @Test func jsonStaysJSON() throws {
        let answer = Array(#"{"key":{"accepted":true},"buckets":[]}"#.utf8)
        #expect(
            try LimitsForm.jsonLine.lines(answer, width: 20).map(\.plain) == [String(decoding: answer, as: UTF8.self)]
        )
        let text = try LimitsForm.json.lines(answer, width: 20).map(\.plain)
        #expect(text.first == "{" && text.last == "}" && text.contains(#"    "accepted": true"#))
    }
}
