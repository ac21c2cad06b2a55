import Foundation
import Metrics
import RiotClient
import ServiceRuntime
import Testing

@testable import SyncJobs

@Suite struct LimitFiguresTests {
    private func snapshot(_ json: String) throws -> LimitsSnapshot {
        try JSONDecoder().decode(LimitsSnapshot.self, from: Data(json.utf8))
    }

    private func lines(_ registry: MetricsRegistry) -> [String] {
        PrometheusText.render([([], registry.snapshot())]).split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("#") }
    }

    @Test func everyWindowStopAndTheKeyHaveAGauge() throws {
        let registry = MetricsRegistry()
        var figures = LimitFigures()
        let known = try snapshot(
            """
            {"key":{"accepted":true},"buckets":[
            {"route":"sea","under_way":0,"stopped_for_ms":0,"windows":[
             {"limit":20,"seconds":1,"used":3,"ends_in_ms":1,"guarded":0},
             {"limit":100,"seconds":120,"used":57,"ends_in_ms":1,"guarded":6}]},
            {"route":"sea","method":"match","under_way":0,"stopped_for_ms":1500,"windows":[]}]}
            """
        )
        withMetricsFactory(registry) { figures.show(known) }
        #expect(
            lines(registry) == [
                "riot_key_accepted 1",
                #"riot_limit_allowed{method="application",route="sea",seconds="1"} 20"#,
                #"riot_limit_allowed{method="application",route="sea",seconds="120"} 100"#,
                #"riot_limit_stopped_seconds{method="application",route="sea"} 0"#,
                #"riot_limit_stopped_seconds{method="match",route="sea"} 1.5"#,
                #"riot_limit_used{method="application",route="sea",seconds="1"} 3"#,
                #"riot_limit_used{method="application",route="sea",seconds="120"} 57"#,
            ]
        )
    }

    /// A gauge that nobody sets any more would show its last value for ever.
    @Test func whatIsNotKnownAnyMoreVanishesAndComesBack() throws {
        let registry = MetricsRegistry()
        var figures = LimitFigures()
        let refused = try snapshot(#"{"key":{"accepted":false,"status":403},"buckets":[]}"#)
        let known = try snapshot(
            #"{"key":{"accepted":true},"buckets":[{"route":"kr","under_way":0,"stopped_for_ms":0,"windows":[]}]}"#
        )
        let stop = #"riot_limit_stopped_seconds{method="application",route="kr"} 0"#
        withMetricsFactory(registry) {
            figures.show(known)
            #expect(lines(registry) == ["riot_key_accepted 1", stop])
            figures.show(refused)
            #expect(lines(registry) == ["riot_key_accepted 0"])
            figures.show(nil)
            #expect(lines(registry) == [])
            figures.show(known)
            #expect(lines(registry) == ["riot_key_accepted 1", stop])
        }
    }

    @Test func aWaitLastsFromTheFirstRefusalToTheGrant() {
        let start = ContinuousClock.now
        var clock = PermitWaitClock()
        #expect(clock.granted(at: start) == .zero)
        clock.refused(at: start)
        clock.refused(at: start + .seconds(5))
        #expect(clock.granted(at: start + .seconds(7)) == .seconds(7))
        #expect(clock.granted(at: start + .seconds(9)) == .zero)
    }
}
