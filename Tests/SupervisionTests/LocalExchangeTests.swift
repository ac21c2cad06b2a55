import Foundation
import Glibc
import Supervision
import Testing

@Suite("LocalExchange", .timeLimit(.minutes(1)))
struct LocalExchangeTests {
    @Test func saysThatNothingListens() async throws {
        try await withScratch { directory in
            await #expect(throws: LocalExchange.Failure.notListening(ENOENT)) {
                try await LocalExchange.ask(
                    .unix(path: directory + "/none.sock"),
                    [],
                    until: .now + .seconds(5),
                    isComplete: nil
                )
            }
        }
    }

    @Test func refusesAPathThatDoesNotFit() async throws {
        let path = "/" + String(repeating: "x", count: 107)
        await #expect(throws: LocalExchange.Failure.failed(ENAMETOOLONG)) {
            try await LocalExchange.ask(.unix(path: path), [], until: .now + .seconds(5), isComplete: nil)
        }
    }

    @Test func refusesAnAddressThatIsNotOne() async throws {
        await #expect(throws: LocalExchange.Failure.failed(EADDRNOTAVAIL)) {
            try await LocalExchange.ask(
                .tcp(host: "not an address", port: 1),
                [],
                until: .now + .seconds(5),
                isComplete: nil
            )
        }
    }

    @Test func endsAtItsDeadlineWhenNobodyAnswers() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        #expect(listen(listener, 1) == 0)  // binds to a free port by itself
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(listener, $0, &length) }
        }
        let port = Int(in_port_t(bigEndian: address.sin_port))
        await #expect(throws: LocalExchange.Failure.timedOut) {
            try await LocalExchange.ask(
                .tcp(host: "localhost", port: port),
                [1],
                until: .now + .milliseconds(50),
                isComplete: nil
            )
        }
    }
}
