import Foundation
import Logging
import Reactor
import Testing

@testable import ServiceRuntime

/// A new key reaches who asked for it, and the log tells of it without the key.
@Suite(.timeLimit(.minutes(1))) struct RiotKeyWatchTests {
    private static let patience = Duration.seconds(30)

    /// What was logged, line by line, as it comes.
    private final class Lines: Sendable {
        let stream: AsyncStream<String>
        private let sender: AsyncStream<String>.Continuation

        init() { (stream, sender) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(100)) }

        func logger() -> Logger { Logger(label: "test") { _ in Handler(sender: sender) } }

        private struct Handler: LogHandler {
            let sender: AsyncStream<String>.Continuation
            var metadata: Logger.Metadata = [:]
            var logLevel = Logger.Level.trace

            subscript(metadataKey key: String) -> Logger.Metadata.Value? {
                get { metadata[key] }
                set { metadata[key] = newValue }
            }

            func log(event: LogEvent) { sender.yield("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }

    private func context(_ environment: [String: String], _ lines: Lines) throws -> ServiceContext {
        let host = HostFacts(userID: 1, isErrorTerminal: false, nowMilliseconds: 1_795_000_000_000)
        return ServiceContext(
            name: "demo",
            instance: "demo",
            settings: try Settings.load(flags: [:], environment: environment, file: nil, host: host),
            logger: lines.logger(),
            logLevel: LogLevelControl(.trace),
            metrics: MetricsRegistry(),
            drainState: DrainState()
        )
    }

    @Test(arguments: [false, true])
    func aNewKeyIsHandedOver(bySignal: Bool) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("key-\(UUID())").path
        defer { unlink(path) }
        try "RGAPI-first-key".write(toFile: path, atomically: true, encoding: .utf8)
        let lines = Lines()
        let context = try context(["RIOT_API_KEY_FILE": path], lines)
        #expect(context.settings.riotAPIKeyFile == path)
        // Without a signal it is looked for all the time; with one, only because of the signal.
        let watch = RiotKeyWatch(context: context, interval: bySignal ? .seconds(3_600) : .milliseconds(5))
        let (keys, sender) = AsyncStream.makeStream(of: Secret.self)
        let running = Task { await watch.run { sender.yield($0) } }
        defer { running.cancel() }
        for key in ["RGAPI-second-key", "RGAPI-third-key"] {
            try key.write(toFile: path, atomically: true, encoding: .utf8)
            if bySignal { #expect(context.hangups.ring()) }
            let received = try await Deadline.run(Self.patience) { await keys.first { _ in true } }
            #expect(received == Secret(key))
            let line = try await Deadline.run(Self.patience) { await lines.stream.first { $0.contains("changed") } }
            #expect(line?.contains("the API key has changed") == true)
            #expect(line?.contains("RGAPI") == false)
        }
        unlink(path)
        if bySignal { context.hangups.ring() }
        let line = try await Deadline.run(Self.patience) { await lines.stream.first { _ in true } }
        #expect(
            line?.contains(
                "the old one stays in use: RIOT_API_KEY_FILE names \(path), which cannot be opened: No such file"
            ) == true
        )
        #expect(line?.contains("next_try") == true)
    }

    @Test func aKeyFromTheEnvironmentCannotChange() async throws {
        let lines = Lines()
        let context = try context(["RIOT_API_KEY": "RGAPI-first-key"], lines)
        #expect(context.settings.riotAPIKeyFile == nil)
        let watch = RiotKeyWatch(context: context)
        let running = Task { await watch.run { _ in Issue.record("there is no other key") } }
        #expect(context.hangups.ring())
        let line = try await Deadline.run(Self.patience) { await lines.stream.first { _ in true } }
        #expect(line?.contains("cannot change without a restart") == true)
        #expect(line?.contains("RIOT_API_KEY_FILE") == true)
        #expect(line?.contains("environment RIOT_API_KEY") == true)
        #expect(line?.contains("RGAPI") == false)
        running.cancel()
        await running.value
    }

    @Test func aRingThatNobodyHearsIsNotKept() async throws {
        let bell = HangupBell()
        #expect(!bell.ring())
        bell.listen()
        #expect(await !bell.wait(until: .now))
        #expect(bell.ring())
        #expect(bell.ring())
        #expect(await bell.wait(until: .now))
        #expect(await !bell.wait(until: .now))
    }
}
