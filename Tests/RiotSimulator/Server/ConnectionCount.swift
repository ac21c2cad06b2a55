import Synchronization

/// How many connections clients have opened for requests to Riot's endpoints.
final class ConnectionCount: Sendable {
    private let opened = Atomic<Int>(0)

    var value: Int { opened.load(ordering: .relaxed) }

    func increment() {
        opened.add(1, ordering: .relaxed)
    }
}
