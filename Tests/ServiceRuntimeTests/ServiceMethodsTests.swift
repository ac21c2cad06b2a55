import CoreMetrics
import Foundation
import JSONRPC
import Logging
import Testing

@testable import ServiceRuntime

/// The methods that every service answers, by the frames that go over a socket.
@Suite(.timeLimit(.minutes(1))) struct ServiceMethodsTests {
    private struct Refused: Error, CustomStringConvertible {
        let description = "connection refused"
    }

    private let context: ServiceContext
    private let dispatcher: JSONRPCDispatcher

    init() throws {
        let settings = try Settings.load(
            flags: [:],
            environment: [:],
            file: nil,
            host: HostFacts(userID: 1, isErrorTerminal: false, nowMilliseconds: 1_795_000_000_000)
        )
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        context = ServiceContext(
            name: "match-worker",
            instance: ServiceContext.instanceName("match-worker", 2),
            settings: settings,
            logger: logger,
            logLevel: LogLevelControl(.info),
            metrics: MetricsRegistry(),
            drainState: DrainState()
        )
        var table = MethodTable(service: context.name, version: Release.version)
        addServiceMethods(to: &table, context: context)
        dispatcher = JSONRPCDispatcher(table, logger: logger)
    }

    private func call(_ method: String, _ parameters: String = "{}") async throws -> [String: Any] {
        let frame = Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(parameters)}"#.utf8)
        let answer = try #require(await dispatcher.respond(to: frame, context: CallContext()))
        return try #require(try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any])
    }

    @Test func pingNamesTheInstance() async throws {
        let result = try #require(try await call("service.ping")["result"] as? [String: Any])
        #expect(result["pong"] as? Bool == true)
        #expect(result["instance"] as? String == "match-worker-2")
    }

    @Test func infoTellsWhoAndSinceWhen() async throws {
        context.health.register("redis") { throw Refused() }
        let result = try #require(try await call("service.info")["result"] as? [String: Any])
        #expect(result["service"] as? String == "match-worker")
        #expect(result["pid"] as? Int == Int(getpid()))
        #expect(result["log_level"] as? String == "info")
        let health = try #require(result["health"] as? [String: Any])
        #expect(health["ready"] as? Bool == false)
        let check = try #require((health["checks"] as? [[String: Any]])?.first)
        #expect(check["name"] as? String == "redis")
        #expect(check["ok"] as? Bool == false)
        #expect(check["detail"] as? String == "connection refused")
    }

    @Test func theLogLevelIsToldAndSet() async throws {
        #expect(try #require(try await call("service.log_level")["result"] as? [String: String]) == ["level": "info"])
        _ = try await call("service.log_level", #"{"level": "DEBUG"}"#)
        #expect(context.logLevel.level == .debug)
        let error = try #require(try await call("service.log_level", #"{"level": "loud"}"#)["error"] as? [String: Any])
        #expect(error["code"] as? Int == -32602)
        #expect(context.logLevel.level == .debug)
    }

    @Test func metricsCarryTheirOwner() async throws {
        context.metrics.makeCounter(label: "jobs", dimensions: []).increment(by: 3)
        let result = try #require(try await call("service.metrics")["result"] as? [String: Any])
        #expect(result["instance"] as? String == "match-worker-2")
        let data = try JSONSerialization.data(withJSONObject: result)
        let figures = try JSONDecoder().decode(ServiceMetrics.self, from: data)
        let page = PrometheusText.render([(figures.labels, figures.metrics)])
        #expect(page.hasSuffix("jobs_total{service=\"match-worker\",instance=\"match-worker-2\"} 3\n"))
    }

    @Test func drainIsNotReadyAnyMore() async throws {
        let report = await context.healthReport()
        #expect(report.isReady)
        _ = try await call("service.drain")
        #expect(context.isDraining)
        #expect(await !context.healthReport().isReady)
    }
}
