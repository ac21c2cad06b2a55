import CoreMetrics
import Foundation
import Testing

@testable import ServiceRuntime

/// The Prometheus page, letter by letter.
@Suite struct MetricsTests {
    private func page(_ registry: MetricsRegistry, _ labels: [MetricsSnapshot.Label] = []) -> String {
        PrometheusText.render([(labels, registry.snapshot())])
    }

    @Test func countersGaugesAndLabels() {
        let registry = MetricsRegistry()
        Counter(label: "http.requests", dimensions: [("status", "200"), ("method", "GET")], factory: registry)
            .increment(by: 3)
        Counter(label: "http.requests", dimensions: [("method", "GET"), ("status", "200")], factory: registry)
            .increment()
        Counter(label: "http.requests", dimensions: [("method", "GET"), ("status", "404")], factory: registry)
            .increment()
        Gauge(label: "connections", factory: registry).record(2.5)
        let expected = """
            # TYPE connections gauge
            connections 2.5
            # TYPE http_requests_total counter
            http_requests_total{method="GET",status="200"} 4
            http_requests_total{method="GET",status="404"} 1

            """
        #expect(page(registry) == expected)
    }

    @Test func timersAreHistogramsOfSeconds() {
        let registry = MetricsRegistry()
        let timer = CoreMetrics.Timer(label: "call", factory: registry)
        timer.recordMilliseconds(3)
        timer.recordMilliseconds(400)
        timer.recordSeconds(1_000)
        let lines = page(registry).split(separator: "\n").map(String.init)
        #expect(lines.first == "# TYPE call_seconds histogram")
        #expect(lines.contains("call_seconds_bucket{le=\"0.0025\"} 0"))
        #expect(lines.contains("call_seconds_bucket{le=\"0.005\"} 1"))
        #expect(lines.contains("call_seconds_bucket{le=\"0.5\"} 2"))
        #expect(lines.contains("call_seconds_bucket{le=\"300\"} 2"))
        #expect(
            lines.suffix(3) == [
                "call_seconds_bucket{le=\"+Inf\"} 3", "call_seconds_sum 1000.403", "call_seconds_count 3",
            ]
        )
    }

    @Test func aBoundBelongsToItsBucket() {
        let series = HistogramSeries(bounds: [1, 2])
        for value in [1.0, 1.5, 2, 2.5, .nan, .infinity] { series.record(value) }
        #expect(series.reading.buckets == [1, 3, 4])
        #expect(series.reading.value == 7)
    }

    @Test func labelValuesAreEscaped() {
        let registry = MetricsRegistry()
        Counter(label: "odd-name", dimensions: [("what", "a\"b\\c\nd")], factory: registry).increment()
        #expect(page(registry).contains("odd_name_total{what=\"a\\\"b\\\\c\\nd\"} 1\n"))
        #expect(PrometheusText.name("9lives") == "_9lives")
        #expect(PrometheusText.name("") == "_")
    }

    @Test func aLabelWithTooManyValuesEndsInOneSeries() {
        let registry = MetricsRegistry()
        for number in 0..<(MetricsRegistry.maximumSeriesPerFamily + 100) {
            Counter(label: "c", dimensions: [("player", "\(number)")], factory: registry).increment()
        }
        let series = registry.snapshot().families[0].series
        #expect(series.count == MetricsRegistry.maximumSeriesPerFamily + 1)
        #expect(series.first { $0.labels[0].value == "other" }?.value == 100)
    }

    @Test func aNameInUseWithAnotherTypeIsIgnored() {
        let registry = MetricsRegistry()
        Gauge(label: "same_total", factory: registry).record(1)
        Counter(label: "same", factory: registry).increment(by: 7)
        #expect(page(registry) == "# TYPE same_total gauge\nsame_total 1\n")
    }

    @Test func mergedPagesKeepFamiliesTogether() {
        let first = MetricsRegistry()
        let second = MetricsRegistry()
        Counter(label: "jobs", factory: first).increment(by: 1)
        Counter(label: "jobs", factory: second).increment(by: 2)
        Gauge(label: "only_second", factory: second).record(5)
        let text = PrometheusText.render([
            ([.init("service", "match-worker"), .init("instance", "match-worker")], first.snapshot()),
            ([.init("service", "match-worker"), .init("instance", "match-worker-2")], second.snapshot()),
        ])
        let expected = """
            # TYPE jobs_total counter
            jobs_total{service="match-worker",instance="match-worker"} 1
            jobs_total{service="match-worker",instance="match-worker-2"} 2
            # TYPE only_second gauge
            only_second{service="match-worker",instance="match-worker-2"} 5

            """
        #expect(text == expected)
    }

    @Test func processFiguresAreThere() throws {
        let registry = MetricsRegistry()
        ProcessMetrics.register(with: registry, startedAt: 1_795_474_867_123)
        let text = page(registry)
        #expect(text.contains("process_start_time_seconds 1795474867.123"))
        for name in [
            "process_resident_memory_bytes", "process_open_fds", "process_threads", "process_cpu_seconds_total",
        ] {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + " ") })
            #expect(try #require(Double(line.dropFirst(name.count + 1))) > 0)
        }
    }

    @Test func aSnapshotSurvivesItsWayOverASocket() throws {
        let registry = MetricsRegistry()
        CoreMetrics.Timer(label: "t", dimensions: [("a", "b")], factory: registry).recordSeconds(1)
        let snapshot = registry.snapshot()
        let copy = try JSONDecoder().decode(MetricsSnapshot.self, from: JSONEncoder().encode(snapshot))
        #expect(copy == snapshot)
    }
}
